import fc from 'fast-check';
import { parseDuration, printDuration } from './durations';

test.each([
  ['1s', 1_000],
  ['90s', 90_000],
  ['5m', 300_000],
  ['24h', 86_400_000],
  ['7d', 604_800_000],
])('%s is read', (text, ms) => expect(parseDuration(text)).toBe(ms));

test.each(['', '0s', '01s', '-1s', '1', 's', '1 s', '1S', '1ms', '1w', '1.5h', '1h30m', '1s\n', '9'.repeat(30) + 'd'])(
  '%j is no duration',
  (text) => expect(parseDuration(text)).toBeNull(),
);

test.each([
  [0, '0s'],
  [250, '250ms'],
  [1_500, '1500ms'],
  [90_000, '90s'],
  [86_400_000, '1d'],
  [90_000_000, '25h'],
])('%d is printed', (ms, text) => expect(printDuration(ms)).toBe(text));

test.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('%d cannot be printed', (ms) =>
  expect(() => printDuration(ms)).toThrow(RangeError),
);

test('whole seconds are read back', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 40 }), (s) => parseDuration(printDuration(s * 1_000)) === s * 1_000),
  );
});
