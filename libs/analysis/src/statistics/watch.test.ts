import { quietWatch, watch, type Watch } from './watch';
import { seeded } from './seeded';

const samplesToAlarm = (seed: number, rate: number, delta: number, most: number): number => {
  const random = seeded(seed);
  let state: Watch = quietWatch;
  let n = 0;
  while (!state.alarm && n < most) {
    state = watch(state, random() < rate, { delta });
    n += 1;
  }
  return n;
};
const median = (rate: number, delta: number, most: number): number =>
  Array.from({ length: 101 }, (_, seed) => samplesToAlarm(seed, rate, delta, most)).sort((a, b) => a - b)[50]!;

test.each([
  [0.05, 60],
  [0.02, 147],
])('at three times δ = %d it sounds after about %i samples', (delta, wanted) => {
  const found = median(3 * delta, delta, 10_000);
  expect(found).toBeGreaterThan(wanted * 0.6);
  expect(found).toBeLessThan(wanted * 1.4);
});

test('at δ itself there is one false alarm in 4,300 samples at most', () => {
  const runs = Array.from({ length: 300 }, (_, seed) => samplesToAlarm(seed, 0.05, 0.05, 50_000));
  expect(runs.reduce((sum, n) => sum + n) / runs.length).toBeGreaterThanOrEqual(4_300);
});

test('good samples before do not delay it', () => {
  const calm = Array.from({ length: 1_000 }).reduce<Watch>((state) => watch(state, false, { delta: 0.05 }), quietWatch);
  const bad = (state: Watch) => watch(state, true, { delta: 0.05 });
  expect(bad(calm).sum).toBe(bad(quietWatch).sum);
});

test.each([
  [0, 3],
  [0.4, 3],
  [0.1, 1],
])('δ %d times %d throws', (delta, times) =>
  expect(() => watch(quietWatch, true, { delta, times })).toThrow('a watch needs'),
);
