import { clearMergeCache, decode, encode, setMergeCacheSize } from 'gpt-tokenizer/encoding/o200k_base';
import { LruMap } from './lru-map';
import type { ChatMessage } from './chat-request';

// Text that happens to spell a special token ("<|endoftext|>") is plain text here, as it is at a provider.
const AS_PLAIN_TEXT = { disallowedSpecial: new Set<string>() };

// The encoder is quadratic in the length of one unbroken run (200,000 spaces take 18 s), so a run is cut after this
// many characters. Text without such runs, which is all text that people write, is encoded whole and exactly.
const RUN_CHARS = 1_024;

type CharacterClass = 'space' | 'digit' | 'mark' | 'letter';

function classOf(code: number): CharacterClass {
  if (code <= 0x20) return 'space';
  if (code >= 0x30 && code <= 0x39) return 'digit';
  const isMark = code < 0x41 || (code > 0x5a && code < 0x61) || (code > 0x7a && code < 0x80);
  return isMark ? 'mark' : 'letter';
}

const isLowSurrogate = (code: number): boolean => (code & 0xfc00) === 0xdc00;

function withoutLongRuns(text: string): string[] {
  if (text.length <= RUN_CHARS) return [text];
  const slices: string[] = [];
  let from = 0;
  let run = 0;
  let last: CharacterClass | undefined;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    const now = classOf(code);
    run = now === last ? run + 1 : 1;
    last = now;
    if (run <= RUN_CHARS || isLowSurrogate(code)) continue;
    slices.push(text.slice(from, i));
    from = i;
    run = 1;
  }
  slices.push(text.slice(from));
  return slices;
}

// The encoder remembers words as slices, and a slice keeps the whole text it came from in memory.
const REMEMBERED_WORDS = 4_096;
const FORGOTTEN_TEXT_CHARS = 8_192;
setMergeCacheSize(REMEMBERED_WORDS);

export function encodeText(text: string): number[] {
  const slices = withoutLongRuns(text);
  if (slices.length === 1 && text.length <= FORGOTTEN_TEXT_CHARS) return encode(text, AS_PLAIN_TEXT);
  const ids = slices.flatMap((slice) => encode(slice, AS_PLAIN_TEXT));
  clearMergeCache();
  return ids;
}

export const countText = (text: string): number => encodeText(text).length;

/** System prompts repeat on every call of a task; their counts are remembered by text. */
const systemCounts = new LruMap<string, number>(512);
const REMEMBERED_CHARS = 64 * 1_024;

function countSystem(text: string): number {
  if (text.length > REMEMBERED_CHARS) return countText(text);
  const known = systemCounts.get(text);
  if (known !== undefined) return known;
  const count = countText(text);
  systemCounts.set(text, count);
  return count;
}

const PER_MESSAGE = 3;
const PRIMING = 3;

/** OpenAI's documented count: 3 a message, the role, the name (and 1), the content, and 3 that prime the reply. */
export function countChat(messages: readonly ChatMessage[]): number {
  let total = PRIMING;
  for (const { role, content, name } of messages) {
    total += PER_MESSAGE + countSystem(role);
    total += role === 'system' || role === 'developer' ? countSystem(content) : countText(content);
    if (name !== undefined) total += countText(name) + 1;
  }
  return total;
}

export interface Produced {
  readonly text: string;
  readonly tokens: number;
  readonly truncated: boolean;
}

/** The text as a model with `maxTokens` would have left it. */
export function produce(text: string, maxTokens: number | undefined): Produced {
  const ids = encodeText(text);
  if (maxTokens === undefined || ids.length <= maxTokens) return { text, tokens: ids.length, truncated: false };
  // A cut through a character leaves a replacement mark that the model never wrote.
  return { text: decode(ids.slice(0, maxTokens)).replace(/\uFFFD+$/, ''), tokens: maxTokens, truncated: true };
}

/** The text in the pieces in which it would stream: a token each, or as many as it takes to make whole characters. */
export function tokenPieces(text: string): { text: string; tokens: number }[] {
  const pieces: { text: string; tokens: number }[] = [];
  let open: number[] = [];
  for (const id of encodeText(text)) {
    open.push(id);
    const piece = decode(open);
    if (piece.includes('\uFFFD') && open.length < 8) continue;
    pieces.push({ text: piece, tokens: open.length });
    open = [];
  }
  if (open.length > 0) pieces.push({ text: decode(open), tokens: open.length });
  return pieces;
}
