import { varianceOfSample, varianceOfScaling } from './sampling-error';

const rows = (weight: number, costs: readonly number[]) =>
  costs.map((cost, at) => ({ weight, bytes: 100 * (at + 1), cost }));

test.each<[string, number, readonly number[], number]>([
  ['rows that stand for themselves alone', 1, [1, 5, 2, 9], 0],
  ['costs that their lengths explain', 10, [10, 20, 30, 40], 0],
  ['one row', 10, [10], 0],
])('%s leave no doubt', (_name, weight, costs, variance) => {
  expect(varianceOfSample(rows(weight, costs), 1)).toBeCloseTo(variance, 6);
});

test('what lengths do not explain does, the more the fewer were counted', () => {
  const costs = [10, 35, 20, 50, 40, 55];
  const few = varianceOfSample(rows(20, costs), 1);
  expect(few).toBeGreaterThan(varianceOfSample(rows(5, costs), 1));
  expect(few).toBeGreaterThan(0);
});

test('rows that nobody has seen are in doubt, the more of them there are', () => {
  const given = rows(1, [10, 20, 30, 40]);
  expect(varianceOfScaling(given, 4, 4)).toBe(0);
  const relative = (jobs: number): number => Math.sqrt(varianceOfScaling(given, 4, jobs)) / ((jobs / 4) * 100);
  expect(relative(8)).toBeGreaterThan(0);
  expect(relative(4_000)).toBeGreaterThan(relative(8));
});

test('one row alone says little of a thousand: they are taken to differ by half', () => {
  const [row] = rows(1_000, [10]);
  expect(Math.sqrt(varianceOfScaling(row === undefined ? [] : [row], 1, 1_000))).toBeCloseTo(5_000, -2);
});
