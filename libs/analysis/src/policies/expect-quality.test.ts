import { expectQuality, meanScore, type ScoresSeen } from './expect-quality';

const seen = (n: number, mean: number): ScoresSeen => ({ n, sum: n * mean, squares: n * mean ** 2 });

test.each<[string, ScoresSeen, number, boolean]>([
  ['nothing seen: the prior', seen(0, 0), 0.9, true],
  ['as many as the prior weighs', seen(30, 1), 0.95, false],
  ['many', seen(3_000, 0.7), 0.702, false],
])('%s', (_name, scores, expected, prior) => {
  const quality = expectQuality(scores);
  expect(quality).toMatchObject({ expected, prior });
  expect(quality.low).toBeLessThanOrEqual(expected);
  expect(quality.high).toBeGreaterThanOrEqual(expected);
  expect(quality.high).toBeLessThanOrEqual(1);
});

test('a mean of nothing is not known', () => {
  expect(meanScore(seen(0, 0))).toEqual({ mean: null, low: null, high: null, n: 0 });
  expect(meanScore({ n: 4, sum: 2, squares: 2 })).toEqual({ mean: 0.5, low: 0.01, high: 0.99, n: 4 });
});
