import { seeded } from '../statistics/seeded';
import { explore, weightOf } from './explore';

const rungs = [100n, 500n, 2_000n].map((expected) => ({ expected, worst: 2n * expected }));
const open = { floor: 0.8, maxCost: 1_000_000n };
const drawn = (value: number) => () => value;

test.each([
  ['mostly the chosen one', 1, open, 0.5, 1, 0.94 + 0.025],
  ['1 %: one rung above', 1, open, 0.005, 2, 0.01],
  ['5 %: one that costs no more', 1, open, 0.02, 0, 0.025],
  ['5 %: the chosen one may be drawn as well', 1, open, 0.05, 1, 0.94 + 0.025],
  ['nothing above the dearest', 2, open, 0.001, 0, 0.05 / 3],
  ['nothing above the cap', 0, { ...open, maxCost: 500n }, 0.005, 0, 1],
  ['a high floor is left alone', 1, { ...open, floor: 0.95 }, 0.005, 1, 1],
])('%s', (_name, chosen, terms, value, rung, propensity) => {
  const found = explore(chosen, rungs, terms, drawn(value));
  expect(found).toMatchObject({ rung, explored: rung !== chosen });
  expect(found.propensity).toBeCloseTo(propensity, 12);
});

test('each rung is served as often as its propensity says', () => {
  const random = seeded(5);
  const served = new Map<number, { n: number; propensity: number }>();
  const jobs = 200_000;
  for (let i = 0; i < jobs; i += 1) {
    const { rung, propensity } = explore(1, rungs, open, random);
    served.set(rung, { n: (served.get(rung)?.n ?? 0) + 1, propensity });
  }
  for (const { n, propensity } of served.values()) expect(n / jobs).toBeCloseTo(propensity, 2);
  expect([...served.values()].reduce((sum, { propensity }) => sum + propensity, 0)).toBeCloseTo(1, 9);
});

test('a label stands for 20 jobs at most', () => {
  expect(weightOf(0.5)).toBe(2);
  expect(weightOf(0.01)).toBe(20);
});

test('a rung that is not there throws', () => expect(() => explore(7, rungs, open, drawn(0))).toThrow('rung 7 of 3'));
