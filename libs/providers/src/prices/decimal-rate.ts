import type { Nano } from '@winnow/kernel';

const digits = 15;
const decimal = /^(\d+)(?:\.(\d+))?(?:e([+-]?\d{1,3}))?$/i;

/**
 * Dollars a token, as files state them (`1.5e-7`), as nano-dollars per million tokens (`150000000n`): from the digits that were written, never
 * by multiplying floats. What is finer than a nano-dollar is rounded up, so that no rate becomes free. Null: not a rate.
 */
export const parseTokenRate = (value: unknown): Nano | null => {
  if (typeof value !== 'number' && typeof value !== 'string') return null;
  const match = decimal.exec(String(value).trim());
  if (match === null) return null;
  const [, whole = '0', fraction = '', exponent = '0'] = match;
  const shift = digits - fraction.length + Number(exponent);
  const all = BigInt(whole + fraction);
  if (shift > 30 || shift < -60) return null;
  if (shift >= 0) return all * 10n ** BigInt(shift);
  const divisor = 10n ** BigInt(-shift);
  return (all + divisor - 1n) / divisor;
};

/** The other way: dollars a token in full digits. `printTokenRate(150000000n)` is `'0.000000150000000'`. */
export const printTokenRate = (nano: Nano): string => {
  const text = String(nano).padStart(digits + 1, '0');
  return `${text.slice(0, -digits)}.${text.slice(-digits)}`;
};
