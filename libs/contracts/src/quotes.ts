import { z } from 'zod';
import { idOf, moneyOut, timeOut, unit } from './primitives';
import { avoidable, laneSchema, termsIn, tierSchema } from './terms';

const mostSampled = 500;
const mostCount = 100_000_000;
const input = z.record(z.string(), z.unknown());

/** The body of POST /quotes: one task, and its inputs. A row that does not fit the task is counted, not refused. */
export const quoteIn = z
  .strictObject({
    task: z.string().min(1).max(128),
    version: z.number().int().min(1).nullable().optional(),
    terms: termsIn.optional(),
    avoid: z.array(avoidable).max(6).optional(),
    inputs: z.array(input).min(1).max(1_000).optional(),
    input: input.optional().describe('one input, in place of `inputs`'),
    count: z
      .number()
      .int()
      .min(1)
      .max(mostCount)
      .optional()
      .describe('how many rows these stand for; as many as there are when not given'),
    sample: z
      .number()
      .int()
      .min(1)
      .max(mostSampled)
      .optional()
      .describe(`of how many rows the tokens are counted, at most ${mostSampled}: 100 when not given`),
    file: z
      .string()
      .optional()
      .describe('not taken: send the file itself as the body, as text/csv or application/x-ndjson'),
  })
  .meta({
    examples: [
      {
        task: 'review.sentiment',
        inputs: [{ text: 'Great sound, poor battery' }, { text: 'Broke after two days' }],
        terms: { quality: 0.8, deadline: '15m' },
      },
    ],
  });
export type QuoteIn = z.infer<typeof quoteIn>;

const whole = (pattern: RegExp, what: string) => z.string().regex(pattern, what);
const mapping = z
  .string()
  .regex(/^[^:,]{1,128}:[^,]+(?:,[^:,]{1,128}:[^,]+)*$/, 'field:column, by commas')
  .max(4_096);

/** The query of POST /quotes with a file. Everything is text here: it comes from a URL. */
export const quoteQuery = z.strictObject({
  task: z.string().min(1).max(128).optional().describe('with a file; in JSON it is a field of the body'),
  version: whole(/^[1-9]\d{0,8}$/, 'a whole number from 1').optional(),
  quality: whole(/^(?:0(?:\.\d{1,9})?|1(?:\.0{1,9})?)$/, 'a number from 0 to 1').optional(),
  maxCost: termsIn.shape.maxCost,
  deadline: termsIn.shape.deadline,
  count: whole(/^[1-9]\d{0,7}$/, 'a whole number from 1, of at most 8 digits')
    .optional()
    .describe('how many rows those of the file stand for'),
  sample: whole(/^(?:[1-9]\d?|[1-4]\d\d|500)$/, `a whole number from 1 to ${mostSampled}`).optional(),
  map: z
    .union([mapping, z.array(mapping).max(16)])
    .optional()
    .describe('which column a field of the input is read from, such as `text:review_body,product:name`'),
  avoid: z
    .union([z.string().max(64), z.array(z.string().max(64)).max(6)])
    .optional()
    .describe('lanes, by commas'),
});
export type QuoteQuery = z.infer<typeof quoteQuery>;

const count = z.number().int().min(0);
const share = z.number().min(0).max(1);
export const quoteBody = z.strictObject({
  count: count.describe('rows that the figures stand for: those that were given, or `count` of the request'),
  level: z.number(),
  cost: z.strictObject({
    expected: moneyOut,
    low: moneyOut,
    high: moneyOut,
    worst: moneyOut.describe('what would be held if all were sent at once'),
  }),
  baseline: moneyOut,
  saved: z.strictObject({ expected: moneyOut, share: z.number().nullable() }),
  quality: z.strictObject({ expected: unit, low: unit, high: unit, floor: unit, prior: z.boolean() }),
  time: z
    .strictObject({ p50: z.string(), p95: z.string() })
    .nullable()
    .describe('until the last one is done, if all were sent now; null: no executor is alive'),
  lanes: z.array(z.strictObject({ lane: laneSchema, share, cost: moneyOut })),
  tiers: z.array(z.strictObject({ tier: tierSchema, share, cost: moneyOut })),
  rows: z.strictObject({ valid: count, invalid: count, duplicates: count }).describe('of the rows that were given'),
  fits: z.boolean(),
  binding: z.string().nullable().describe('the budget scope that would stop it'),
  basis: z.strictObject({
    observations: count.describe('settled calls that the length of answers is known from'),
    prior: z.boolean().describe('too few: what the task expects is assumed, or a share of max tokens'),
    sampled: count.describe('rows whose tokens were counted'),
    kappa: z.number().describe('how much the interval is widened, by how past ones held'),
  }),
});
export type QuoteBody = z.infer<typeof quoteBody>;

export const quoteOut = quoteBody.extend({
  object: z.literal('quote'),
  id: idOf('quote'),
  task: z.string(),
  version: z.number().int(),
  createdAt: timeOut,
  expiresAt: timeOut,
  track: z
    .strictObject({ quotes: count, inside: count })
    .describe('how many past quotes of this task were scored, and how many held'),
  actual: z
    .strictObject({ jobs: count, cost: moneyOut, inside: z.boolean().nullable() })
    .describe('what the jobs submitted under this quote have come to; `inside` once all of them are done'),
});
export type QuoteOut = z.infer<typeof quoteOut>;
