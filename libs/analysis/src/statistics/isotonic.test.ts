import fc from 'fast-check';
import { fitIsotonic, stepAt } from './isotonic';

const points = (...labels: number[]) => labels.map((label, score) => ({ score, label }));
const means = (steps: ReturnType<typeof fitIsotonic>) => steps.map(({ sum, n }) => sum / n);

test.each([
  ['already rising', [0, 0.5, 1], [0, 0.5, 1]],
  ['falling: one step', [1, 0.5, 0], [0.5]],
  ['a violation in the middle is pooled', [0, 1, 0, 1], [0, 0.5, 1]],
  ['pooling goes back as far as needed', [0.2, 0.6, 0.7, 0.1], [0.2, 1.4 / 3]],
  ['nothing', [], []],
])('%s', (_name, labels, wanted) => {
  const found = means(fitIsotonic(points(...labels)));
  expect(found).toHaveLength(wanted.length);
  for (const [i, mean] of found.entries()) expect(mean).toBeCloseTo(wanted[i]!, 12);
});

test('equal scores are one step', () =>
  expect(
    fitIsotonic([
      { score: 1, label: 0 },
      { score: 1, label: 1 },
    ]),
  ).toEqual([{ from: 1, n: 2, sum: 1 }]));

test('no step holds fewer points than asked for', () =>
  expect(fitIsotonic(points(0, 0, 0, 1, 1, 1, 1), 3)).toEqual([
    { from: 0, n: 3, sum: 0 },
    { from: 3, n: 4, sum: 4 },
  ]));

test.each([
  [-5, 0],
  [0, 0],
  [2.9, 0],
  [3, 3],
  [99, 3],
])('the step of score %d begins at %d', (score, from) =>
  expect(stepAt(fitIsotonic(points(0, 0, 0, 1, 1, 1, 1), 3), score)?.from).toBe(from),
);

test('steps rise, and no point is lost', () =>
  fc.assert(
    fc.property(
      fc.array(fc.record({ score: fc.integer({ min: 0, max: 30 }), label: fc.constantFrom(0, 1) }), { maxLength: 80 }),
      fc.integer({ min: 1, max: 10 }),
      (all, least) => {
        const steps = fitIsotonic(all, least);
        const found = means(steps);
        expect(found.every((mean, i) => i === 0 || mean > found[i - 1]!)).toBe(true);
        expect(steps.reduce((sum, { n }) => sum + n, 0)).toBe(all.length);
        if (all.length >= least) expect(steps.every(({ n }) => n >= least)).toBe(true);
      },
    ),
  ));
