import { z } from 'zod';

/** Decimal US dollars on the way in: at most nine decimals, never a JSON number. */
export const moneyIn = z
  .string()
  .regex(/^\d{1,9}(\.\d{1,9})?$/, 'dollars as a decimal string with at most nine decimals, such as "0.05"')
  .meta({ examples: ['0.05'] });

/** Decimal US dollars on the way out: always nine decimals, so that equal sums are equal strings. */
export const moneyOut = z
  .string()
  .regex(/^-?\d+\.\d{9}$/)
  .meta({ examples: ['0.000031200'] });

export const timeOut = z.iso.datetime({ precision: 3 }).meta({ examples: ['2026-11-01T09:30:00.000Z'] });

export const duration = z
  .string()
  .regex(/^[1-9]\d*(s|m|h|d)$/, 'a whole number and s, m, h or d, such as "15m"')
  .meta({ examples: ['15m'] });

export const idOf = (prefix: string) =>
  z.string().regex(new RegExp(`^${prefix}_[0-9A-HJKMNP-TV-Z]{26}$`), `an id that begins with ${prefix}_`);

export const metadata = z
  .record(z.string().min(1).max(64), z.string().max(512))
  .refine((pairs) => Object.keys(pairs).length <= 16, { message: 'at most 16 pairs', params: { code: 'too-long' } });

export const unit = z.number().min(0).max(1);
