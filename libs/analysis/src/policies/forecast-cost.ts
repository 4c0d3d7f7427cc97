import { priceTokens, type Nano } from '@winnow/kernel';
import type { PriceRule } from '../ports';
import type { OutputForecast } from './expect-output';

/** Calls that are alike in price and in what is known of their answers. */
export interface CallGroup {
  readonly price: Pick<PriceRule, 'input' | 'output'>;
  readonly calls: number;
  readonly inputTokens: number;
  readonly output: OutputForecast;
}

/** What was paid in the past over what the answers alone cost at the plain price: retries raise it, the provider's cache lowers it. */
export interface PaidRatio {
  readonly ratio: number;
  readonly jobs: number;
}

export interface CostForecast {
  readonly expected: Nano;
  readonly low: Nano;
  readonly high: Nano;
}

const z95 = 1.96;
/** What no count knows: a price in force tomorrow, a model that has become chattier. */
const unknownShare = 0.01;
const enoughJobs = 30;

const perToken = (nanoPerMillion: bigint): number => Number(nanoPerMillion) / 1e6;
const plainOf = ({ price, calls, inputTokens, output }: CallGroup): number =>
  Number(priceTokens([{ tokens: inputTokens, nanoPerMillion: price.input }])) +
  calls * output.mean * perToken(price.output);

/** The calls differ from each other, which averages out, and all of them together from what was seen before, which does not. */
const varianceOf = ({ price, calls, output }: CallGroup): number =>
  perToken(price.output) ** 2 * (calls * output.variance + calls ** 2 * output.meanVariance);

/** `F·exp(±1.96·κ·σ)`, σ being the relative error of the sum. `sampling`: the variance that comes of rows that were not counted. */
export const forecastCost = (
  groups: readonly CallGroup[],
  paid: PaidRatio,
  kappa: number,
  sampling = 0,
): CostForecast => {
  const plain = groups.reduce((sum, group) => sum + plainOf(group), 0);
  if (plain === 0) return { expected: 0n, low: 0n, high: 0n };
  const ratio = paid.jobs < enoughJobs ? 1 : paid.ratio;
  const share = Math.sqrt(sampling + groups.reduce((sum, group) => sum + varianceOf(group), 0)) / plain;
  const sigma = Math.hypot(share, unknownShare, Math.abs(ratio - 1) / 2);
  const expected = plain * ratio;
  const spread = Math.exp(z95 * kappa * sigma);
  return {
    expected: BigInt(Math.round(expected)),
    low: BigInt(Math.floor(expected / spread)),
    high: BigInt(Math.ceil(expected * spread)),
  };
};
