import type { Nano } from '@winnow/kernel';

/** What a provider says that a call cost: the parts add up. Absurd: a cost that cannot be believed, so ours counts. */
export type StatedCost =
  { readonly kind: 'none' } | { readonly kind: 'stated'; readonly nanos: Nano } | { readonly kind: 'absurd' };

/** No single call costs that much: what says so states another unit, or nonsense. */
const mostDollars = 1_000;
const nanoDigits = 9;
const decimal = /^(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/;

/**
 * Dollars that came as a JSON number, in nano-dollars, upwards: its shortest decimal is what the provider wrote, as long as it wrote no more
 * than 15 digits. A sum of floats would not be.
 */
const nanosOf = (dollars: unknown): Nano | null => {
  if (typeof dollars !== 'number' || !(dollars >= 0 && dollars <= mostDollars)) return null;
  const [, whole = '', fraction = '', exponent = '0'] = decimal.exec(String(dollars)) ?? [];
  const digits = BigInt(whole + fraction);
  const shift = nanoDigits + Number(exponent) - fraction.length;
  if (shift >= 0) return digits * 10n ** BigInt(shift);
  const divisor = 10n ** BigInt(-shift);
  return (digits + divisor - 1n) / divisor;
};

export const readStatedCost = (parts: readonly unknown[] = []): StatedCost => {
  if (parts.length === 0) return { kind: 'none' };
  let sum = 0n;
  for (const part of parts) {
    const nanos = nanosOf(part);
    if (nanos === null) return { kind: 'absurd' };
    sum += nanos;
  }
  return { kind: 'stated', nanos: sum };
};
