import type { Tokens } from '@winnow/contracts';

export interface Usage {
  readonly tokens: Tokens;
  readonly estimated: boolean;
}

const count = (value: unknown): number | null =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= 100_000_000 ? value : null;

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;

/**
 * Usage as OpenAI-compatible providers state it, in four buckets that add up. `prompt_tokens` contains the cached ones. What is missing,
 * negative, not a number or impossible is replaced by our own count and marked: the provider's usage report will correct it.
 */
export const readUsage = (usage: unknown, ours: { input: number; output: number }): Usage => {
  const prompt = count(field(usage, 'prompt_tokens'));
  const output = count(field(usage, 'completion_tokens'));
  const stated = field(field(usage, 'prompt_tokens_details'), 'cached_tokens');
  const cacheRead = stated === undefined || stated === null ? 0 : count(stated);
  if (prompt === null || output === null || cacheRead === null || cacheRead > prompt)
    return { tokens: { input: ours.input, cacheRead: 0, cacheWrite: 0, output: ours.output }, estimated: true };
  return { tokens: { input: prompt - cacheRead, cacheRead, cacheWrite: 0, output }, estimated: false };
};
