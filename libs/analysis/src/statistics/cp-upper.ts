import { betaI } from './beta';

const bisections = 60;

/** Clopper and Pearson's upper bound of a rate after k of n: with confidence `conf` the true rate is not above it. */
export const cpUpper = (k: number, n: number, conf: number): number => {
  if (n === 0 || k >= n) return 1;
  let low = 0;
  let high = 1;
  for (let i = 0; i < bisections; i += 1) {
    const middle = (low + high) / 2;
    if (betaI(middle, k + 1, n - k) < conf) low = middle;
    else high = middle;
  }
  return high;
};

/** The lower bound: what the upper bound of the complement leaves. */
export const cpLower = (k: number, n: number, conf: number): number => 1 - cpUpper(n - k, n, conf);
