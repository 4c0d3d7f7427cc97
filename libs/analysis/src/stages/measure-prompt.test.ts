import { aPrice } from '@winnow/testing';
import type { TokenCounter } from '../ports';
import type { Prompt } from '../render-prompt';
import { cacheKeyOf, measurePrompt } from './measure-prompt';

/** a token a character */
const tokens: TokenCounter = {
  text: (text) => text.length,
  chat: (messages) => messages.reduce((sum, { content }) => sum + content.length, 0),
};
const promptOf = (instructions: string, item: string): Prompt => ({
  messages: [
    { role: 'system', content: instructions },
    { role: 'user', content: item },
  ],
  schema: { name: 'test', body: {} },
  maxTokens: 10,
  temperature: 0,
});
const keeps = (cacheMinTokens?: number) => ({ ...aPrice('openai/mini', '0.15', '0.60', '0.075'), cacheMinTokens });

test('what stays the same is the schema and all messages but the last', () => {
  const measured = measurePrompt(tokens, promptOf('i'.repeat(2_000), 'item'));
  expect(measured).toMatchObject({ inputTokens: 2_004, holdTokens: 2_006, prefix: { tokens: 2_002 } });
});

test('jobs of one task share a key, other instructions have another', () => {
  const keyOf = (instructions: string, item: string) => measurePrompt(tokens, promptOf(instructions, item)).prefix.key;
  expect(keyOf('one', 'a')).toBe(keyOf('one', 'b'));
  expect(keyOf('one', 'a')).not.toBe(keyOf('other', 'a'));
  expect(keyOf('one', 'a')).toMatch(/^[0-9a-f]{32}$/);
});

test.each<[string, number, number | undefined, boolean]>([
  ['as long as the provider keeps', 1_024, 1_024, true],
  ['a token shorter', 1_023, 1_024, false],
  ['long, but of a provider that keeps nothing', 5_000, undefined, false],
])('a prefix that is %s', (_name, long, least, marked) => {
  const measured = measurePrompt(tokens, promptOf('i'.repeat(long - 2), 'item'));
  expect(cacheKeyOf(measured, keeps(least))).toEqual(marked ? { cacheKey: measured.prefix.key } : {});
});
