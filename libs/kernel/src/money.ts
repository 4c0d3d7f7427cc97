/** Nano-US-dollars (1 USD = 1_000_000_000). A bigint, so that no sum or price can ever be rounded by accident. */
export type Nano = bigint;

const NANO_PER_USD = 1_000_000_000n;
const TOKENS_PER_RATE = 1_000_000n;
const USD = /^\d{1,9}(\.\d{1,9})?$/;

/** `parseUsd('0.05')` is `50_000_000n`. Amounts on the wire are never negative; only computed ones are. */
export const parseUsd = (text: string): Nano => {
  if (!USD.test(text)) throw new RangeError(`not an amount of dollars: ${JSON.stringify(text.slice(0, 40))}`);
  const [whole = '0', fraction = ''] = text.split('.');
  return BigInt(whole) * NANO_PER_USD + BigInt(fraction.padEnd(9, '0'));
};

/** `printUsd(150n)` is `'0.000000150'`: always nine decimals, so that amounts line up and parse back unchanged. */
export const printUsd = (nano: Nano): string => {
  const size = nano < 0n ? -nano : nano;
  const fraction = String(size % NANO_PER_USD).padStart(9, '0');
  return `${nano < 0n ? '-' : ''}${size / NANO_PER_USD}.${fraction}`;
};

/** Half-even, as invoices of many small lines drift upwards with half-up. The divisor must be positive. */
const divideHalfEven = (amount: bigint, divisor: bigint): bigint => {
  const quotient = amount / divisor;
  const rest = amount % divisor;
  const twice = rest < 0n ? -2n * rest : 2n * rest;
  const away = twice > divisor || (twice === divisor && quotient % 2n !== 0n);
  if (!away) return quotient;
  return amount < 0n ? quotient - 1n : quotient + 1n;
};

/** Rounds once, on the sum: rounding each line would make a receipt differ from the invoice. */
export const priceTokens = (lines: readonly { tokens: number; nanoPerMillion: bigint }[]): Nano => {
  let exact = 0n;
  for (const { tokens, nanoPerMillion } of lines) {
    if (!Number.isSafeInteger(tokens) || tokens < 0) throw new RangeError(`not a count of tokens: ${tokens}`);
    exact += BigInt(tokens) * nanoPerMillion;
  }
  return divideHalfEven(exact, TOKENS_PER_RATE);
};

/** Doubles are whole numbers over a power of two, so scaling all by the largest such power loses nothing. */
const exactWeights = (weights: readonly number[]): bigint[] => {
  const scaled = weights.map((weight) => {
    if (!Number.isFinite(weight) || weight < 0) throw new RangeError(`not a weight: ${weight}`);
    let doublings = 0;
    let whole = weight;
    for (; !Number.isInteger(whole); whole *= 2) doublings++;
    return { whole: BigInt(whole), doublings };
  });
  const most = scaled.reduce((max, { doublings }) => Math.max(max, doublings), 0);
  return scaled.map(({ whole, doublings }) => whole << BigInt(most - doublings));
};

/**
 * Largest remainder: `splitByWeight(10n, [1, 1, 1])` is `[4n, 3n, 3n]`. The parts always sum to the total, which is
 * what lets joiners share a bill without a nano lost. Weights that are all zero share evenly.
 */
export const splitByWeight = (total: Nano, weights: readonly number[]): Nano[] => {
  if (weights.length === 0) throw new RangeError('nothing to split over');
  if (total < 0n) return splitByWeight(-total, weights).map((part) => -part);
  const given = exactWeights(weights);
  const shares = given.some((share) => share > 0n) ? given : given.map(() => 1n);
  const whole = sumNano(shares);
  const parts = shares.map((share) => (total * share) / whole);
  const left = Number(total - sumNano(parts));
  shares
    .map((share, index) => ({ index, rest: (total * share) % whole }))
    .toSorted((a, b) => (a.rest === b.rest ? a.index - b.index : a.rest > b.rest ? -1 : 1))
    .slice(0, left)
    .forEach(({ index }) => (parts[index] = (parts[index] ?? 0n) + 1n));
  return parts;
};

export const maxNano = (first: Nano, ...rest: readonly Nano[]): Nano =>
  rest.reduce((max, next) => (next > max ? next : max), first);

export const minNano = (first: Nano, ...rest: readonly Nano[]): Nano =>
  rest.reduce((min, next) => (next < min ? next : min), first);

export const sumNano = (amounts: Iterable<Nano>): Nano => {
  let sum = 0n;
  for (const amount of amounts) sum += amount;
  return sum;
};
