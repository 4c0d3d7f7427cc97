import { countTokens as countWithin, setMergeCacheSize } from 'gpt-tokenizer/encoding/o200k_base';

// The tokenizer is quadratic in the length of one word, so a word without end is cut here; see `windowEnd`.
const WINDOW = 1_024;
const TAIL = 64;
// The cache keeps words by reference into the text they came from; with windows copied, it holds some 8 MB at worst.
const CACHED_WORDS = 4_096;
setMergeCacheSize(CACHED_WORDS);

// What looks like a special token is what a user typed, and is sent as such.
const PLAIN = { disallowedSpecial: new Set<string>() };

// OpenAI's cookbook: every message is wrapped in 3 tokens, and the reply is primed with 3.
const PER_MESSAGE = 3;
const PER_REPLY = 3;

/**
 * Places where the encoding always splits, whatever stands around them: before a space that follows none, after a
 * letter or digit that is not followed by its like. Cutting there leaves the count exact.
 */
const SPLITS = /(?<=\S)(?= )|(?<=\p{L})(?=[^\p{L}\p{M}'’])|(?<=\p{N})(?=\P{N})/gu;

const isInsidePair = (text: string, at: number): boolean =>
  (text.charCodeAt(at - 1) & 0xfc00) === 0xd800 && (text.charCodeAt(at) & 0xfc00) === 0xdc00;

const lastSplit = (text: string, from: number, limit: number): number | undefined => {
  // One character more on each side, for a split is told by both its neighbours.
  const found = [...text.slice(from, limit + 1).matchAll(SPLITS)];
  return found.findLast(({ index }) => index > 0 && from + index <= limit)?.index;
};

/** The last sure split within a window's length. Without one it cuts bluntly, which may count a token more or less. */
const windowEnd = (text: string, start: number): number => {
  const limit = start + WINDOW;
  if (limit >= text.length) return text.length;
  // The tail nearly always has one, and reading only that much costs next to nothing.
  for (const from of [limit - TAIL, start]) {
    const split = lastSplit(text, from, limit);
    if (split !== undefined) return from + split;
  }
  return isInsidePair(text, limit) ? limit - 1 : limit;
};

// A slice would keep the whole text alive in the tokenizer's cache; only a copy can be forgotten piece by piece.
const copyOf = (text: string, start: number, end: number): string =>
  Buffer.from(text.slice(start, end), 'utf16le').toString('utf16le');

/** Tokens of o200k_base, in time linear in the text. */
export const countTokens = (text: string): number => {
  let count = 0;
  for (let start = 0; start < text.length;) {
    const end = windowEnd(text, start);
    count += countWithin(copyOf(text, start, end), PLAIN);
    start = end;
  }
  return count;
};

export const countChatTokens = (messages: readonly { role: string; content: string }[]): number =>
  messages.reduce((sum, { role, content }) => sum + PER_MESSAGE + countTokens(role) + countTokens(content), PER_REPLY);
