import { z } from 'zod';
import { moneyOut, unit } from './primitives';
import { termsIn, tierSchema } from './terms';

/** The body of POST /models/route: a job that nobody submits. */
export const routeIn = z
  .strictObject({
    task: z.string().min(1).max(128),
    version: z.number().int().min(1).nullable().optional(),
    input: z.record(z.string(), z.unknown()),
    terms: termsIn.optional(),
  })
  .meta({ examples: [{ task: 'review.sentiment', input: { text: 'Great sound, poor battery' } }] });
export type RouteIn = z.infer<typeof routeIn>;

const weights = z.strictObject({ technical: unit, sentiment: unit, length: unit, domain: unit });

export const routeOut = z.strictObject({
  object: z.literal('routePreview'),
  task: z.string(),
  version: z.number().int(),
  complexity: z.strictObject({
    technical: unit,
    sentiment: unit,
    length: unit,
    domain: unit,
    score: unit,
    weights,
    cuts: z.array(unit).describe('least scores of light, medium, advanced and premium'),
    tier: tierSchema.describe('as the text alone looks'),
  }),
  tier: tierSchema.describe('that it would begin at'),
  ladder: z
    .array(
      z.strictObject({
        provider: z.string(),
        model: z.string(),
        step: z.number().int(),
        tier: tierSchema,
        expected: moneyOut,
        worst: moneyOut,
        quality: z.strictObject({ expected: unit, low: unit }).nullable().describe('null: nothing was learned of it'),
      }),
    )
    .describe('in the order in which they would be tried'),
  chosen: z.string(),
  why: z.string(),
  router: z.strictObject({ version: z.number().int() }).nullable().describe('null: the cold start chooses'),
  features: z
    .array(z.strictObject({ name: z.string(), points: z.number() }))
    .describe('what spoke most, in points of gain: above 0 for the dearer rung'),
});
export type RouteOut = z.infer<typeof routeOut>;
