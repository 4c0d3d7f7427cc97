import { lnBeta, lnBetaI } from './beta';

const proof = Math.log(20);
const leastDelta = 0.005;
const mostDelta = 0.2;

/** Evidence, in logarithms, that the true rate of bad answers is below δ, and that it is above. */
export interface RateEvidence {
  readonly low: number;
  readonly high: number;
}

export type RateVerdict = 'learning' | 'certified' | 'refused';

export const isDelta = (delta: number): boolean => delta >= leastDelta && delta <= mostDelta;

/**
 * Two one-sided mixtures over the rates below and above δ, weighed by Beta(½, ½·(2/δ − 1)), whose mean is δ/2. Each is a martingale at δ, so
 * looking after every sample costs nothing.
 */
export const weighRate = (bad: number, n: number, delta: number): RateEvidence => {
  if (!isDelta(delta)) throw new RangeError(`δ lies between ${leastDelta} and ${mostDelta}, not ${delta}`);
  const a = 0.5;
  const b = a * (2 / delta - 1);
  const good = n - bad;
  const whole = lnBeta(a + bad, b + good) - lnBeta(a, b) - bad * Math.log(delta) - good * Math.log1p(-delta);
  return {
    low: whole + lnBetaI(delta, a + bad, b + good) - lnBetaI(delta, a, b),
    high: whole + lnBetaI(1 - delta, b + good, a + bad) - lnBetaI(1 - delta, b, a),
  };
};

export const judgeRate = (bad: number, n: number, delta: number): RateVerdict => {
  const { low, high } = weighRate(bad, n, delta);
  if (low >= proof) return 'certified';
  return high >= proof ? 'refused' : 'learning';
};
