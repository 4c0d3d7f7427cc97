import type { NewPrice, Rates } from '@winnow/analysis';

const jump = 5n;

const kinds = ['input', 'cacheRead', 'cacheWrite', 'output'] as const;

const jumpOf = (now: Rates, before: Rates): string | null => {
  for (const kind of kinds) {
    if (now[kind] > before[kind] * jump) return `${kind} is over ${jump} times what it was`;
    if (now[kind] * jump < before[kind]) return `${kind} is under a ${jump}th of what it was`;
  }
  return null;
};

/**
 * Why a price is not to be believed without a person's look; null: it is. Files are kept by many hands, and a point in the wrong place would
 * empty a budget or let one be passed.
 *
 * @param before the price in force now, if there is one
 * @param standard the same model's price in the default service tier
 */
export const judgePrice = (price: NewPrice, before: Rates | undefined, standard: Rates | undefined): string | null => {
  if (price.input <= 0n || price.output <= 0n) return 'it is free';
  if (price.output * 2n < price.input) return 'output is under half of input';
  if (price.cacheWrite < price.input || price.cacheWrite * 2n > price.input * 5n)
    return 'writing the cache costs under 1 or over 2.5 times the input';
  if (price.cacheRead <= 0n || price.cacheRead > price.input)
    return 'a cached token costs nothing, or more than a fresh one';
  if (standard !== undefined && price.input > standard.input * jump)
    return `${price.serviceTier} is over ${jump} times the default service tier`;
  return before === undefined ? null : jumpOf(price, before);
};
