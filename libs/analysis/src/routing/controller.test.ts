import { seeded } from '../statistics/seeded';
import { goesUp, learn, newController, type Controller } from './controller';

/** The score says how likely the cheap rung is wrong; `fall` of its right answers turn wrong without a sign. */
const labelled = (controller: Controller, n: number, seed: number, fall = 0): Controller => {
  const random = seeded(seed);
  let state = controller;
  for (let i = 0; i < n; i += 1) {
    const score = random();
    const cheap = random() < (1 - 0.6 * score) * (1 - fall) ? 1 : 0;
    state = learn(state, { score, cheap, dear: random() < 0.9 ? 1 : 0 }, 0.8);
  }
  return state;
};
/** Of a uniform score the threshold is the share that stays below. */
const qualityAt = ({ threshold }: Controller, fall = 0): number => {
  const t = Math.min(1, Math.max(0, threshold));
  return (t - 0.3 * t ** 2) * (1 - fall) + 0.9 * (1 - t);
};

test('until there are labels all go up', () => {
  expect(goesUp(newController, -99)).toBe(true);
  expect(goesUp(labelled(newController, 39, 1), 0)).toBe(true);
});

test('it keeps the promise and does not overdo it', () => {
  for (const seed of [1, 2, 3, 4, 5]) {
    const quality = qualityAt(labelled(newController, 800, seed));
    expect(quality).toBeGreaterThan(0.795);
    expect(quality).toBeLessThan(0.865);
  }
});

test('between two choices the threshold stands still', () => {
  const chosen = labelled(newController, 80, 1);
  expect(labelled(chosen, 39, 2).threshold).toBe(chosen.threshold);
});

test('a silent fall sounds the alarm, and the labels of before are forgotten', () => {
  let falseAlarms = 0;
  for (const seed of [1, 2, 3, 4, 5]) {
    const before = labelled(newController, 1_000, seed);
    const after = labelled(before, 400, seed + 50, 0.2);
    falseAlarms += before.alarms;
    expect(after.alarms).toBeGreaterThan(before.alarms);
    expect(after.ring.length).toBeLessThan(601);
    expect(qualityAt(after, 0.2)).toBeGreaterThan(qualityAt(before, 0.2));
    expect(qualityAt(after, 0.2)).toBeGreaterThan(0.795);
  }
  expect(falseAlarms).toBeLessThanOrEqual(5);
});

test('the ring never holds more than 800 labels', () =>
  expect(labelled(newController, 2_000, 8).ring.length).toBeLessThanOrEqual(800));

test('a promise that no threshold keeps: the best there is, and it says so', () => {
  let state = newController;
  for (let i = 0; i < 40; i += 1) state = learn(state, { score: i, cheap: 0, dear: i % 2 }, 0.8);
  expect(state.why).toContain('the best there is, 0.8 is promised');
  // the lowest score is one that neither rung gets right: it goes up for nothing
  expect(goesUp(state, 1)).toBe(true);
  expect(goesUp(state, 0)).toBe(false);
});
