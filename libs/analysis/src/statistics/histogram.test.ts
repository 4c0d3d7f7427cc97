import { addTo, aged, emptyHistogram, quantileOf } from './histogram';

const filled = (values: readonly number[]) => values.reduce(addTo, emptyHistogram(1, 10_000));

test('a quantile is never stated lower than it is, and at most a bin higher', () => {
  const bin = 10_000 ** (1 / 40);
  const values = Array.from({ length: 1_000 }, (_, i) => i + 1);
  for (const share of [0.1, 0.5, 0.95]) {
    const found = quantileOf(filled(values), share)!;
    expect(found).toBeGreaterThanOrEqual(share * 1_000 * 0.999);
    expect(found).toBeLessThanOrEqual(share * 1_000 * bin * 1.001);
  }
});

test.each([
  ['below the range', 0, 1.26],
  ['above the range', 1e9, 10_000],
])('%s counts to the outermost bin', (_name, value, wanted) =>
  expect(quantileOf(filled([value]), 0.5)).toBeCloseTo(wanted, 2),
);

test('what is old weighs less than what is new', () => {
  const old = aged(filled([10, 10, 10]), 100);
  expect(old.counts.reduce((sum, count) => sum + count)).toBeCloseTo(3 * 0.97 ** 100, 9);
  expect(quantileOf(addTo(old, 1_000), 0.5)).toBeGreaterThan(999);
});

test('nothing seen: null', () => expect(quantileOf(emptyHistogram(1, 10), 0.5)).toBeNull());
test('bounds that are none throw', () => expect(() => emptyHistogram(0, 10)).toThrow('0 < least < most'));
