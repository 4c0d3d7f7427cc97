import { dot, predictLogistic, trainLogistic, type LabelledRow } from './logistic';
import { seeded } from './seeded';

const options = { size: 4, epochs: 20, rate: 0.1, l2: 1e-4, seed: 7 };
const row = (...values: number[]) => ({
  indices: Uint32Array.from(values, (_, i) => i),
  values: Float32Array.from(values),
});

const drawn = (n: number): LabelledRow[] => {
  const random = seeded(3);
  return Array.from({ length: n }, () => {
    const x = 2 * random() - 1;
    const y = 2 * random() - 1;
    return { row: row(1, x, y), label: random() < 1 / (1 + Math.exp(-(0.5 + 2 * x - y))) ? 1 : 0 };
  });
};

test('it finds the weights that made the labels', () => {
  const [bias, x, y] = trainLogistic(drawn(8_000), options);
  expect(bias).toBeCloseTo(0.5, 0);
  expect(x! / -y!).toBeGreaterThan(1.5);
  expect(x! / -y!).toBeLessThan(2.6);
});

test('same rows, options and seed: the same weights', () =>
  expect(trainLogistic(drawn(300), options)).toEqual(trainLogistic(drawn(300), options)));

test('a weight of 0 leaves a row out', () => {
  const rows = [...drawn(200), { row: row(0, 0, 0, 1), label: 1, weight: 0 }];
  expect(trainLogistic(rows, { ...options, l2: 0 })[3]).toBe(0);
});

test('no rows: everything is even', () => {
  const weights = trainLogistic([], options);
  expect(dot(weights, row(1, 1, 1))).toBe(0);
  expect(predictLogistic(weights, row(1, 1, 1))).toBe(0.5);
});

test('a feature outside the space throws', () =>
  expect(() => trainLogistic([{ row: row(1, 1, 1, 1, 1), label: 1 }], options)).toThrow('feature 4'));
