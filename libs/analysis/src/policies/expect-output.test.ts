import { expectOutput, type LengthBin } from './expect-output';

test.each<[string, LengthBin[], number, { mean: number; observations: number; prior: boolean }]>([
  ['nothing seen: a share of what may be answered', [], 400, { mean: 140, observations: 0, prior: true }],
  ['too few', [{ n: 29, tokens: 290 }], 40, { mean: 14, observations: 29, prior: true }],
  ['enough', [{ n: 30, tokens: 300 }], 40, { mean: 10, observations: 30, prior: false }],
  [
    'over several bins',
    [
      { n: 50, tokens: 500 },
      { n: 50, tokens: 1_500 },
    ],
    40,
    { mean: 20, observations: 100, prior: false },
  ],
  ['never over what may be answered', [{ n: 100, tokens: 6_000 }], 40, { mean: 40, observations: 100, prior: false }],
])('%s', (_name, bins, maxTokens, expected) => {
  expect(expectOutput(bins, maxTokens)).toMatchObject(expected);
});

test('what is known of the mean grows with what was seen, what differs between answers does not', () => {
  const few = expectOutput(
    [
      { n: 50, tokens: 500 },
      { n: 50, tokens: 1_500 },
    ],
    100,
  );
  const many = expectOutput(
    [
      { n: 5_000, tokens: 50_000 },
      { n: 5_000, tokens: 150_000 },
    ],
    100,
  );
  expect(many.variance).toBeCloseTo(few.variance, 9);
  expect(many.meanVariance).toBeCloseTo(few.meanVariance / 100, 9);
});

test.each<[string, LengthBin[], number | null, { mean: number; prior: boolean }]>([
  ['what the task expects', [], 13, { mean: 13, prior: true }],
  ['never over what may be answered', [], 50, { mean: 40, prior: true }],
  ['what was seen goes before it', [{ n: 30, tokens: 300 }], 13, { mean: 10, prior: false }],
])('%s', (_name, bins, expected, forecast) => {
  expect(expectOutput(bins, 40, expected)).toMatchObject(forecast);
});
