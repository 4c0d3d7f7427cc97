import { trackForecast } from './track-forecast';

const made = { low: 90n, high: 110n, jobs: 10 };
const wider = Math.exp(0.19);
const narrower = Math.exp(-0.01);

test.each<[string, { cost: bigint; jobs: number }, number, boolean, number]>([
  ['inside', { cost: 100n, jobs: 10 }, 1.5, true, 1.5 * narrower],
  ['on the lower edge', { cost: 90n, jobs: 10 }, 1.5, true, 1.5 * narrower],
  ['on the upper edge', { cost: 110n, jobs: 10 }, 1.5, true, 1.5 * narrower],
  ['dearer', { cost: 111n, jobs: 10 }, 1.5, false, 1.5 * wider],
  ['cheaper', { cost: 89n, jobs: 10 }, 1.5, false, 1.5 * wider],
  ['a set that doubled is judged by what it came to a job', { cost: 200n, jobs: 20 }, 1.5, true, 1.5 * narrower],
  ['never wider than eight', { cost: 0n, jobs: 10 }, 7.9, false, 8],
  ['never narrower than a half', { cost: 100n, jobs: 10 }, 0.5, true, 0.5],
])('%s', (_name, actual, kappa, inside, next) => {
  const tracked = trackForecast(made, actual, kappa);
  expect(tracked.inside).toBe(inside);
  expect(tracked.kappa).toBeCloseTo(next, 12);
});

test('where errors are twice what was thought, the interval comes to hold nineteen in twenty', () => {
  // Errors of a normal law by its quantiles, in an order that jumps about.
  const quantiles = Array.from({ length: 199 }, (_, index) => ((index * 67) % 199) + 1).map((n) => n / 200);
  const errors = quantiles.map((p) => Math.log(p / (1 - p)) / 1.702);
  let kappa = 1.5;
  let inside = 0;
  const rounds = 10;
  for (let round = 0; round < rounds; round += 1)
    for (const error of errors) {
      const spread = Math.exp(1.96 * kappa * 0.05);
      const forecast = { low: BigInt(Math.floor(1e6 / spread)), high: BigInt(Math.ceil(1e6 * spread)), jobs: 1 };
      const tracked = trackForecast(
        forecast,
        { cost: BigInt(Math.round(1e6 * Math.exp(0.1 * error))), jobs: 1 },
        kappa,
      );
      kappa = tracked.kappa;
      inside += Number(tracked.inside);
    }
  expect(inside / (errors.length * rounds)).toBeGreaterThan(0.93);
  expect(inside / (errors.length * rounds)).toBeLessThan(0.97);
});
