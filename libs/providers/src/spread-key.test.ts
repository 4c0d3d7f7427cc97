import { createKeySpread } from './spread-key';

const times = (n: number, work: () => string): string[] => Array.from({ length: n }, work);

test('15 a minute under one key, then another, and the same ones the next minute', () => {
  let nowMs = 0;
  const spread = createKeySpread(() => nowMs);
  expect(new Set(times(15, () => spread('a')))).toEqual(new Set(['a-0']));
  expect(spread('a')).toBe('a-1');
  expect(spread('b')).toBe('b-0');
  expect(times(15, () => spread('a')).at(-1)).toBe('a-2');
  nowMs = 60_000;
  expect(spread('a')).toBe('a-0');
});

test('what has not been used for a thousand keys is forgotten', () => {
  const spread = createKeySpread(() => 0);
  times(16, () => spread('old'));
  for (let n = 0; n < 1_000; n += 1) spread(String(n));
  expect(spread('old')).toBe('old-0');
});
