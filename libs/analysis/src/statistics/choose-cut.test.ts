import { chooseCut, cleanNeed, type Sampled } from './choose-cut';
import { seeded } from './seeded';

test.each([
  [0.005, 598],
  [0.01, 299],
  [0.02, 149],
  [0.05, 59],
])('δ %d needs %i clean samples', (delta, n) => expect(cleanNeed(delta)).toBe(n));

const clean = (n: number): Sampled[] => Array.from({ length: n }, (_, i) => ({ confidence: 1 - i / n, bad: false }));

test.each([
  ['all clean: all of it', clean(1_000), 1],
  ['too few samples for a first cut', clean(100), null],
  ['all bad: abstain', clean(1_000).map((one) => ({ ...one, bad: true })), null],
  ['bad from .6 down: the last cut that passed', clean(1_000).map((one, i) => ({ ...one, bad: i >= 600 })), 0.6],
  ['equally sure: all or nothing', clean(1_000).map((_, i) => ({ bad: i % 3 === 0, confidence: 1 })), null],
])('%s', (_name, samples, coverage) => {
  const cut = chooseCut(samples, 0.05);
  if (coverage === null) expect(cut).toBeNull();
  else expect(Math.abs(cut!.coverage - coverage)).toBeLessThanOrEqual(0.05);
});

test('what it chooses breaks δ in at most 5 % of draws', () => {
  const draws = 300;
  const rateAt = (confidence: number) => 0.3 * (1 - confidence) ** 2;
  let broken = 0;
  for (let seed = 0; seed < draws; seed += 1) {
    const random = seeded(seed);
    const cut = chooseCut(
      Array.from({ length: 1_000 }, () => {
        const confidence = random();
        return { confidence, bad: random() < rateAt(confidence) };
      }),
      0.05,
    );
    // mean of .3(1 − c)² over [cut, 1]
    if (cut !== null && 0.1 * (1 - cut.confidence) ** 2 > 0.05) broken += 1;
  }
  expect(broken / draws).toBeLessThanOrEqual(0.05);
});
