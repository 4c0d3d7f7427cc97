import { z } from 'zod';
import { moneyOut, timeOut, unit } from './primitives';
import { savingsOut } from './receipts';

export const usageBuckets = ['hour', 'day', 'week', 'month'] as const;
export type UsageBucket = (typeof usageBuckets)[number];

export const usageDimensions = ['task', 'model', 'tier', 'lane', 'provider', 'source', 'key', 'user', 'state'] as const;
export type UsageDimension = (typeof usageDimensions)[number];

const time = z.iso.datetime({ offset: true }).meta({ examples: ['2026-11-01T00:00:00.000Z'] });
const dimension = z.enum(usageDimensions);

/** The query of /usage and /savings. Everything is text here: it comes from a URL. */
export const usageQuery = z.strictObject({
  from: time.optional().describe('30 buckets before `to` when not given; widened to the start of its bucket'),
  to: time.optional().describe('now when not given; widened to the end of its bucket'),
  bucket: z
    .enum(usageBuckets)
    .optional()
    .describe("day when not given; in the tenant's time zone, at most 400 of them"),
  by: z
    .union([dimension, z.array(dimension).max(2)])
    .optional()
    .describe('at most two, by repeating it'),
  format: z.enum(['json', 'csv']).optional().describe('or `Accept: text/csv`'),
  limit: z
    .string()
    .regex(/^(?:[1-9]\d{0,2}|1000)$/, 'a whole number from 1 to 1000')
    .optional()
    .describe('rows a page: 1 to 1000, which it is when not given'),
  after: z.string().min(1).max(2_000).optional().describe('`next` of the page before'),
});
export type UsageQuery = z.infer<typeof usageQuery>;

const count = z.number().int().min(0);
const counted = z.strictObject({
  jobs: count,
  attempts: count,
  tokens: z.strictObject({
    input: count.describe('all input tokens, those that the provider had cached included'),
    cached: count,
    output: count,
  }),
  cost: moneyOut.describe('what was billed'),
  useful: moneyOut.describe('what the answers that were served cost'),
  billedToUseful: z.number().nullable().describe('billed ÷ useful; null where no answer was served'),
  baseline: moneyOut,
  saved: moneyOut,
});

const group = z.strictObject(
  Object.fromEntries(usageDimensions.map((name) => [name, z.string().nullable().optional()])) as Record<
    UsageDimension,
    z.ZodOptional<z.ZodNullable<z.ZodString>>
  >,
);

const span = {
  from: timeOut,
  to: timeOut,
  bucket: z.enum(usageBuckets),
  timeZone: z.string(),
  by: z.array(dimension),
  asOf: timeOut.describe('exact up to here: jobs that ended later may be missing'),
};
const paging = { hasMore: z.boolean(), next: z.string().nullable() };

export const usageOut = z.strictObject({
  object: z.literal('usage'),
  ...span,
  total: counted,
  data: z.array(z.strictObject({ at: timeOut, group, ...counted.shape })),
  ...paging,
});
export type UsageOut = z.infer<typeof usageOut>;

const savedParts = z.strictObject({
  baseline: moneyOut.describe("against the tenant's baseline model"),
  actual: moneyOut,
  saved: moneyOut,
  share: z.number().nullable().describe('saved ÷ baseline'),
  savings: savingsOut.describe('sums to `saved` exactly'),
  plain: z
    .strictObject({ baseline: moneyOut, saved: moneyOut, share: z.number().nullable() })
    .describe("against plain calls to the task's own default model: what is saved beyond the price of the model"),
  quality: z.strictObject({
    mean: unit.nullable(),
    low: unit.nullable(),
    high: unit.nullable(),
    n: count,
  }),
});

export const savingsReport = z.strictObject({
  object: z.literal('savings'),
  ...span,
  ...savedParts.shape,
  data: z.array(z.strictObject({ at: timeOut, group, ...savedParts.shape })),
  ...paging,
});
export type SavingsReport = z.infer<typeof savingsReport>;

export const sessionQuery = z.strictObject({
  from: time.optional().describe('24 hours before `to` when not given'),
  to: time.optional().describe('now when not given; at most 31 days after `from`'),
});
export type SessionQuery = z.infer<typeof sessionQuery>;

/** What one end user asked for in a span of time, and what it has cost so far. */
export const sessionOut = z.strictObject({
  object: z.literal('session'),
  user: z.string(),
  from: timeOut,
  to: timeOut,
  requests: count,
  states: z.record(z.string(), count),
  cost: moneyOut.describe('booked for these requests up to now, corrections included'),
  held: moneyOut,
  firstAt: timeOut.nullable(),
  lastAt: timeOut.nullable(),
  complete: z.boolean().describe('false: more requests than are counted in one answer (100,000)'),
});
export type SessionOut = z.infer<typeof sessionOut>;
