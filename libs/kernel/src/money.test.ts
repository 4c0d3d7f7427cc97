import fc from 'fast-check';
import { maxNano, minNano, parseUsd, priceTokens, printUsd, splitByWeight, sumNano } from './money';

const anyNano = fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n });
const anyWeights = fc.array(fc.oneof(fc.nat(), fc.double({ min: 0, max: 1e12, noNaN: true })), {
  minLength: 1,
  maxLength: 30,
});

describe('dollars as text', () => {
  test.each([
    ['0', 0n],
    ['0.05', 50_000_000n],
    ['2.00', 2_000_000_000n],
    ['0.000000001', 1n],
    ['007', 7_000_000_000n],
    ['999999999.999999999', 999_999_999_999_999_999n],
  ])('%s is read', (text, nano) => expect(parseUsd(text)).toBe(nano));

  test.each([
    '',
    ' 1',
    '1 ',
    '1\n',
    '.5',
    '1.',
    '-1',
    '+1',
    '1e3',
    '1,0',
    '0x1',
    '1234567890',
    '0.0000000001',
    'NaN',
    '١',
  ])('%j is refused', (text) => expect(() => parseUsd(text)).toThrow(RangeError));

  test.each([
    [0n, '0.000000000'],
    [150n, '0.000000150'],
    [-1n, '-0.000000001'],
    [-1_500_000_000n, '-1.500000000'],
    [10n ** 20n, '100000000000.000000000'],
  ])('%s is printed', (nano, text) => expect(printUsd(nano)).toBe(text));

  test('what is printed is read back', () => {
    const onWire = fc.bigInt({ min: 0n, max: 999_999_999_999_999_999n });
    fc.assert(fc.property(onWire, (nano) => parseUsd(printUsd(nano)) === nano));
  });
});

describe('the price of tokens', () => {
  test.each([
    ['nothing', [], 0n],
    ['gpt-4o-mini input', [{ tokens: 1, nanoPerMillion: 150_000_000n }], 150n],
    ['half rounds down to even', [{ tokens: 1, nanoPerMillion: 500_000n }], 0n],
    ['half rounds up to even', [{ tokens: 3, nanoPerMillion: 500_000n }], 2n],
    ['over half rounds up', [{ tokens: 1, nanoPerMillion: 500_001n }], 1n],
    ['negative half rounds to even', [{ tokens: 3, nanoPerMillion: -500_000n }], -2n],
    ['negative half to zero', [{ tokens: 1, nanoPerMillion: -500_000n }], 0n],
    [
      'lines are summed before rounding',
      [
        { tokens: 1, nanoPerMillion: 400_000n },
        { tokens: 1, nanoPerMillion: 400_000n },
      ],
      1n,
    ],
    [
      'the largest count is exact',
      [{ tokens: Number.MAX_SAFE_INTEGER, nanoPerMillion: 1_000_000n }],
      9007199254740991n,
    ],
  ])('%s', (_name, lines, nano) => expect(priceTokens(lines)).toBe(nano));

  test.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])('%s tokens are refused', (tokens) =>
    expect(() => priceTokens([{ tokens, nanoPerMillion: 1n }])).toThrow(RangeError),
  );

  test('is never more than half a nano off, and never depends on the order of lines', () => {
    const line = fc.record({ tokens: fc.nat(), nanoPerMillion: fc.bigInt({ min: 0n, max: 10n ** 12n }) });
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const exact = sumNano(lines.map(({ tokens, nanoPerMillion }) => BigInt(tokens) * nanoPerMillion));
        const off = priceTokens(lines) * 1_000_000n - exact;
        expect(maxNano(off, -off) <= 500_000n).toBe(true);
        expect(priceTokens(lines.toReversed())).toBe(priceTokens(lines));
      }),
    );
  });
});

describe('splitting', () => {
  test.each([
    ['ties go to the lower index', 10n, [1, 1, 1], [4n, 3n, 3n]],
    ['two left over', 11n, [1, 1, 1], [4n, 4n, 3n]],
    ['the largest remainder first', 10n, [1, 2, 1], [3n, 5n, 2n]],
    ['all zero is even', 5n, [0, 0], [3n, 2n]],
    ['zero gets nothing', 5n, [0, 1], [0n, 5n]],
    ['fractions are exact', 4n, [0.25, 0.75], [1n, 3n]],
    ['fractions beside giants', 3n, [5e-324, 1e308], [0n, 3n]],
    ['a correction', -10n, [1, 1, 1], [-4n, -3n, -3n]],
    ['nothing', 0n, [3, 1], [0n, 0n]],
  ])('%s', (_name, total, weights, parts) => expect(splitByWeight(total, weights)).toEqual(parts));

  test.each([[[]], [[-1, 2]], [[Number.NaN]], [[Number.POSITIVE_INFINITY]]])('%j is refused', (weights) =>
    expect(() => splitByWeight(1n, weights)).toThrow(RangeError),
  );

  test('parts sum to the total, and none is a whole nano off its share', () => {
    fc.assert(
      fc.property(anyNano, anyWeights, (total, weights) => {
        const parts = splitByWeight(total, weights);
        expect(sumNano(parts)).toBe(total);
        expect(parts.every((part) => (total < 0n ? part <= 0n : part >= 0n))).toBe(true);
      }),
    );
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 24n }), fc.array(fc.nat(), { minLength: 1 }), (total, weights) => {
        const whole = BigInt(weights.reduce((sum, weight) => sum + weight, 0));
        fc.pre(whole > 0n);
        splitByWeight(total, weights).forEach((part, index) => {
          const off = part * whole - total * BigInt(weights[index] ?? 0);
          expect(off < whole && -off < whole).toBe(true);
        });
      }),
    );
  });
});

test('max, min and sum', () => {
  expect(maxNano(1n, -3n, 2n)).toBe(2n);
  expect(minNano(1n, -3n, 2n)).toBe(-3n);
  expect(sumNano([])).toBe(0n);
  expect(sumNano(new Set([1n, 2n]))).toBe(3n);
});
