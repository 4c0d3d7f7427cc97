import { aPrice } from '@winnow/testing';
import { forecastCost, type CallGroup } from './forecast-cost';

const price = aPrice('openai/mini', '0.15', '0.60');
const known = { mean: 20, variance: 4, meanVariance: 0.01, observations: 400, prior: false };
const group = (but: Partial<CallGroup> = {}): CallGroup => ({
  price,
  calls: 100,
  inputTokens: 10_000,
  output: known,
  ...but,
});
const unpaid = { ratio: 1, jobs: 0 };

test.each<[string, CallGroup[], { ratio: number; jobs: number }, bigint]>([
  ['nothing', [], unpaid, 0n],
  ['input and output at their prices', [group()], unpaid, 2_700_000n],
  ['two groups', [group(), group({ calls: 10, inputTokens: 1_000 })], unpaid, 2_970_000n],
  ['retries of the past', [group()], { ratio: 1.1, jobs: 30 }, 2_970_000n],
  ['a past that is too short says nothing', [group()], { ratio: 3, jobs: 29 }, 2_700_000n],
])('%s', (_name, groups, paid, expected) => {
  const forecast = forecastCost(groups, paid, 1);
  expect(forecast.expected).toBe(expected);
  expect(forecast.low <= expected && expected <= forecast.high).toBe(true);
});

const width = (groups: CallGroup[], paid = unpaid, kappa = 1): number => {
  const { low, high, expected } = forecastCost(groups, paid, kappa);
  return Number(high - low) / Number(expected);
};

test('the interval widens with kappa, with doubt about the mean and with a past that paid more than planned', () => {
  expect(width([group()], unpaid, 3)).toBeGreaterThan(2.9 * width([group()]));
  expect(width([group({ output: { ...known, meanVariance: 4 } })])).toBeGreaterThan(width([group()]));
  expect(width([group()], { ratio: 1.2, jobs: 100 })).toBeGreaterThan(width([group()]));
});

test('the doubt of single answers averages out over many, and the shared one stays', () => {
  const wild = { ...known, variance: 400, meanVariance: 0 };
  const biased = { ...known, variance: 0, meanVariance: 25 };
  const many = { calls: 10_000, inputTokens: 1_000_000 };
  expect(width([group({ output: wild, ...many })])).toBeLessThan(0.5 * width([group({ output: wild })]));
  expect(width([group({ output: biased, ...many })])).toBeCloseTo(width([group({ output: biased })]), 3);
});
