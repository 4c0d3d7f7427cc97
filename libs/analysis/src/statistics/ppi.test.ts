import { ppi } from './ppi';
import { seeded } from './seeded';

const truth = 0.8;
const quality = (random: () => number) => {
  const label = random() < truth ? 1 : 0;
  return { label, score: label * 0.35 + 0.35 + 0.3 * random() };
};

test('its 95 % interval holds the truth in at least 93 % of draws of 50 labels, with less error than the plain mean', () => {
  const random = seeded(11);
  const draws = 2_000;
  let inside = 0;
  let error = 0;
  let plain = 0;
  for (let draw = 0; draw < draws; draw += 1) {
    const all = Array.from({ length: 1_000 }, () => quality(random));
    const labelled = all.slice(0, 50).map(({ label, score }) => ({ label, score: score + 0.3 * random() }));
    const scores = all.map(({ score }) => score + 0.3 * random());
    const found = ppi(labelled, scores)!;
    if (found.low <= truth && truth <= found.high) inside += 1;
    error += (found.mean - truth) ** 2;
    plain += (labelled.reduce((sum, { label }) => sum + label, 0) / 50 - truth) ** 2;
  }
  expect(inside / draws).toBeGreaterThanOrEqual(0.93);
  expect(error / plain).toBeLessThan(0.8);
});

test('scores that say nothing leave the mean of the labels', () =>
  expect(
    ppi(
      [1, 1, 0, 1].map((label) => ({ label, score: 0.5 })),
      [0.1, 0.9],
    )?.mean,
  ).toBe(0.75));

test('under three labels: null', () => expect(ppi([{ label: 1, score: 1 }], [1])).toBeNull());
