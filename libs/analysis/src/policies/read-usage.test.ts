import fc from 'fast-check';
import { readUsage } from './read-usage';

const ours = { input: 90, hasText: true, output: () => 15 };
const estimate = { tokens: { input: 90, cacheRead: 0, cacheWrite: 0, output: 15 }, estimated: true };
const stated = (input: number, cacheRead: number, output: number) => ({
  tokens: { input, cacheRead, cacheWrite: 0, output },
  estimated: false,
});
const cached = (cached_tokens: unknown) => ({
  prompt_tokens: 100,
  completion_tokens: 20,
  prompt_tokens_details: { cached_tokens },
});

test.each([
  ['as stated', { prompt_tokens: 100, completion_tokens: 20 }, stated(100, 0, 20)],
  ['cached tokens are part of the prompt', cached(64), stated(36, 64, 20)],
  ['all of it cached', cached(100), stated(0, 100, 20)],
  ['no word of a cache', cached(null), stated(100, 0, 20)],
  [
    'three times what we count: believed, the ledger books it as over',
    { prompt_tokens: 300, completion_tokens: 60 },
    stated(300, 0, 60),
  ],
])('%s', (_name, usage, expected) => expect(readUsage(usage, ours)).toEqual(expected));

const anthropic = (more: object) => ({ input_tokens: 10, output_tokens: 20, ...more });
const split = (input: number, cacheRead: number, cacheWrite: number, output: number) => ({
  tokens: { input, cacheRead, cacheWrite, output },
  estimated: false,
});

test.each([
  [
    'Anthropic counts its cache apart',
    { cache_read_input_tokens: 30, cache_creation_input_tokens: 40 },
    split(10, 30, 40, 20),
  ],
  ['without a cache', {}, split(10, 0, 0, 20)],
  ['null is none', { cache_read_input_tokens: null }, split(10, 0, 0, 20)],
  ['all of it from the cache', { input_tokens: 0, cache_read_input_tokens: 30 }, split(0, 30, 0, 20)],
  ['below zero', { cache_read_input_tokens: -1 }, estimate],
  ['no number', { cache_creation_input_tokens: '64' }, estimate],
  ['a prompt of nothing', { input_tokens: 0 }, estimate],
  ['an answer of nothing that has text', { output_tokens: 0 }, estimate],
])('%s', (_name, more, expected) => expect(readUsage(anthropic(more), ours)).toEqual(expected));

test('what was written to a cache is part of the prompt where the provider nests it', () => {
  const details = { prompt_tokens_details: { cached_tokens: 50, cache_write_tokens: 30 } };
  expect(readUsage({ prompt_tokens: 100, completion_tokens: 20, ...details }, ours)).toEqual(split(20, 50, 30, 20));
  expect(readUsage({ prompt_tokens: 79, completion_tokens: 20, ...details }, ours)).toEqual(estimate);
});

test.each([
  ['missing', undefined],
  ['null', null],
  ['a text', '100'],
  ['empty', {}],
  ['half of it', { prompt_tokens: 100 }],
  ['negative', { prompt_tokens: -100, completion_tokens: 20 }],
  ['not a number', { prompt_tokens: 'NaN', completion_tokens: 20 }],
  ['NaN', { prompt_tokens: Number.NaN, completion_tokens: 20 }],
  ['a fraction', { prompt_tokens: 100.5, completion_tokens: 20 }],
  ['endless', { prompt_tokens: 1e300, completion_tokens: 20 }],
  ['over a hundred million', { prompt_tokens: 100, completion_tokens: 100_000_001 }],
  ['more cached than asked', cached(101)],
  ['a cache below zero', cached(-1)],
  ['a cache that is no number', cached('64')],
  ['a prompt of nothing', { prompt_tokens: 0, completion_tokens: 20 }],
  ['an answer of nothing that has text', { prompt_tokens: 100, completion_tokens: 0 }],
])('%s: our own count stands in, marked', (_name, usage) => expect(readUsage(usage, ours)).toEqual(estimate));

test('a filtered answer has no tokens and no text: that is possible', () =>
  expect(readUsage({ prompt_tokens: 100, completion_tokens: 0 }, { ...ours, hasText: false })).toEqual(
    stated(100, 0, 0),
  ));

test('what is stated is not counted again', () => {
  const output = jest.fn(() => 1);
  readUsage({ prompt_tokens: 100, completion_tokens: 20 }, { ...ours, output });
  expect(output).not.toHaveBeenCalled();
});

test('whatever a provider says, the buckets are counts, and add up to what it said if it is believed', () =>
  fc.assert(
    fc.property(fc.anything(), fc.anything(), fc.anything(), (prompt_tokens, completion_tokens, cached_tokens) => {
      const { tokens, estimated } = readUsage(
        { prompt_tokens, completion_tokens, prompt_tokens_details: { cached_tokens } },
        ours,
      );
      expect(Object.values(tokens).every((count) => Number.isSafeInteger(count) && count >= 0)).toBe(true);
      if (!estimated) expect(tokens.input + tokens.cacheRead).toBe(prompt_tokens);
    }),
  ));
