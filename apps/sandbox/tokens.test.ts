import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { PromptCache } from './prompt-cache';
import { countChat, countText, produce, tokenPieces } from './tokens';

test('a chat counts 3 a message, role, content, name and 1, and 3 for the reply', () => {
  expect(countChat([{ role: 'user', content: 'hello world' }])).toBe(3 + 3 + 1 + 2);
  const system = { role: 'system', content: 'Be brief.' };
  const user = { role: 'user', content: 'hello world', name: 'ann' };
  expect(countChat([system, user])).toBe(3 + 4 + countText('Be brief.') + 4 + 2 + countText('ann') + 1);
});

test('text that spells a special token is plain text', () => {
  expect(countText('<|endoftext|>')).toBeGreaterThan(1);
});

test('long texts of words count exactly', () => {
  const text = 'The battery is great, 12,345 times; don’t ask why… 漢字 and emoji 😍😍.\n\n'.repeat(500);
  expect(countText(text)).toBe(encode(text).length);
});

test('a run without end is counted in bounded time', () => {
  const started = Date.now();
  expect(countText(' '.repeat(300_000))).toBeGreaterThan(1_000);
  expect(countText('a'.repeat(30_000))).toBeGreaterThan(1_000);
  expect(Date.now() - started).toBeLessThan(5_000);
});

test('max tokens cut the text, and the bill with it', () => {
  expect(produce('one two three four', undefined)).toMatchObject({ tokens: 4, truncated: false });
  expect(produce('one two three four', 4)).toMatchObject({ tokens: 4, truncated: false });
  expect(produce('one two three four', 2)).toEqual({ text: 'one two', tokens: 2, truncated: true });
});

test.each(['plain words only', '漢字仮名交じり文', '👩‍👩‍👧‍👦 family 🏳️‍🌈', ''])('the pieces of %j make it whole', (text) => {
  const pieces = tokenPieces(text);
  expect(pieces.map((piece) => piece.text).join('')).toBe(text);
  expect(pieces.reduce((sum, piece) => sum + piece.tokens, 0)).toBe(countText(text));
});

test('the prompt cache knows equal prefixes in steps of 128 tokens, from the least length on', () => {
  const cache = new PromptCache();
  const prompt = (words: number, end: string) => [
    { role: 'system', content: 'word '.repeat(words) },
    { role: 'user', content: end },
  ];
  expect(cache.cachedTokens('m', prompt(1_500, 'first'), 1_024)).toBe(0);
  expect(cache.cachedTokens('m', prompt(1_500, 'second'), 1_024)).toBe(1_408);
  expect(cache.cachedTokens('other', prompt(1_500, 'second'), 1_024)).toBe(0);
  expect(cache.cachedTokens('m', prompt(1_100, 'third'), 1_024)).toBe(1_024);
  expect(cache.cachedTokens('m', prompt(500, 'fourth'), 1_024)).toBe(0);
});
