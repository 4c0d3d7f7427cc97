import type { Rates } from '@winnow/analysis';
import type { Nano } from '@winnow/kernel';

const whole = 1_000_000n;

/** A fraction of a nano-dollar is rounded up: no rate ends up free, and a hold stays a bound. */
const share = (nano: Nano, rate: number): Nano => (nano * BigInt(rate) + whole - 1n) / whole;

/**
 * What a batch pays. Where the discounts stack, cached tokens get both; where they do not, a batch bills cached tokens as its plain input.
 */
export const batchRates = (base: Rates, rate: number, stacks: boolean): Rates => {
  const input = share(base.input, rate);
  return {
    input,
    cacheRead: stacks ? share(base.cacheRead, rate) : input,
    cacheWrite: share(base.cacheWrite, rate),
    output: share(base.output, rate),
  };
};

/** A service tier that states no price for writing the cache charges for it as many times its input as the default tier does. */
export const withCacheWrite = (rates: Omit<Rates, 'cacheWrite'>, base: Rates): Rates => ({
  ...rates,
  cacheWrite: (rates.input * base.cacheWrite + base.input - 1n) / base.input,
});
