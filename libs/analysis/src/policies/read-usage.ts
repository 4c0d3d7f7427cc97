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

/** Anthropic's count of its prompt leaves out what it read from its cache or wrote to it. */
const readDisjoint = (usage: unknown, ours: OwnCount): Usage | null => {
  const input = count(field(usage, 'input_tokens'));
  const output = count(field(usage, 'output_tokens'));
  const cacheRead = count(field(usage, 'cache_read_input_tokens') ?? 0);
  const cacheWrite = count(field(usage, 'cache_creation_input_tokens') ?? 0);
  if (input === null || output === null || cacheRead === null || cacheWrite === null) return null;
  if (input + cacheRead + cacheWrite === 0 || (output === 0 && ours.hasText)) return null;
  return { tokens: { input, cacheRead, cacheWrite, output }, estimated: false };
};

const readNested = (usage: unknown, ours: OwnCount): Usage | null => {
  const prompt = count(field(usage, 'prompt_tokens'));
  const output = count(field(usage, 'completion_tokens'));
  const details = field(usage, 'prompt_tokens_details');
  const cacheRead = count(field(details, 'cached_tokens') ?? 0);
  const cacheWrite = count(field(details, 'cache_write_tokens') ?? 0);
  if (prompt === null || output === null || cacheRead === null || cacheWrite === null) return null;
  if (cacheRead + cacheWrite > prompt || prompt === 0 || (output === 0 && ours.hasText)) return null;
  return { tokens: { input: prompt - cacheRead - cacheWrite, cacheRead, cacheWrite, output }, estimated: false };
};

/**
 * Usage as OpenAI-compatible providers and Anthropic state it, in four buckets that add up. `prompt_tokens` contains the cached ones. What is missing,
 * negative, not a number or impossible (a prompt of nothing, an answer of nothing that has text) is replaced by our own count and marked: the
 * provider's usage report will correct it. Our own count is only made then, as it takes a second for the largest answers.
 */
export const readUsage = (usage: unknown, ours: OwnCount): Usage =>
  (field(usage, 'input_tokens') === undefined ? readNested(usage, ours) : readDisjoint(usage, ours)) ?? {
    tokens: { input: ours.input, cacheRead: 0, cacheWrite: 0, output: ours.output() },
    estimated: true,
  };
