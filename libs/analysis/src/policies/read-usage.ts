import type { Tokens } from '@winnow/contracts';

export interface Usage {
  readonly tokens: Tokens;
  readonly estimated: boolean;
}

export interface OwnCount {
  readonly input: number;
  readonly hasText: boolean;
  readonly output: () => number;
}

const count = (value: unknown): number | null =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= 100_000_000 ? value : null;

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;

/**
 * Usage as OpenAI-compatible providers state it, in four buckets that add up. `prompt_tokens` contains the cached ones. What is missing,
 * negative, not a number or impossible (a prompt of nothing, an answer of nothing that has text) is replaced by our own count and marked: the
 * provider's usage report will correct it. Our own count is only made then, as it takes a second for the largest answers.
 */
export const readUsage = (usage: unknown, ours: OwnCount): Usage => {
  const prompt = count(field(usage, 'prompt_tokens'));
  const output = count(field(usage, 'completion_tokens'));
  const stated = field(field(usage, 'prompt_tokens_details'), 'cached_tokens');
  const cacheRead = stated === undefined || stated === null ? 0 : count(stated);
  const impossible = prompt === 0 || (output === 0 && ours.hasText);
  if (prompt === null || output === null || cacheRead === null || cacheRead > prompt || impossible)
    return { tokens: { input: ours.input, cacheRead: 0, cacheWrite: 0, output: ours.output() }, estimated: true };
  return { tokens: { input: prompt - cacheRead, cacheRead, cacheWrite: 0, output }, estimated: false };
};
