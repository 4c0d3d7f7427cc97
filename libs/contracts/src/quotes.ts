import { z } from 'zod';
import { idOf, moneyOut, timeOut, unit } from './primitives';
import { avoidable, laneSchema, termsIn, tierSchema } from './terms';

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
    file: z.string().optional().describe('not taken yet: send `inputs`'),
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

const count = z.number().int().min(0);
const share = z.number().min(0).max(1);
export const quoteBody = z.strictObject({
  count: count.describe('inputs that were given'),
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
  time: z.strictObject({ p50: z.string(), p95: z.string() }).nullable(),
  lanes: z.array(z.strictObject({ lane: laneSchema, share, cost: moneyOut })),
  tiers: z.array(z.strictObject({ tier: tierSchema, share, cost: moneyOut })),
  rows: z.strictObject({ valid: count, invalid: count, duplicates: count }),
  fits: z.boolean(),
  binding: z.string().nullable().describe('the budget scope that would stop it'),
  basis: z.strictObject({
    observations: count.describe('settled calls that the length of answers is known from'),
    prior: z.boolean().describe('too few: a share of max tokens is assumed'),
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
