import { z } from 'zod';
import { idOf, timeOut, unit } from './primitives';

export const reviewReasons = ['below-floor', 'audit', 'disagreement'] as const;
const reviewVerdicts = ['right', 'wrong', 'fixed'] as const;

export const reviewOut = z.strictObject({
  object: z.literal('review'),
  id: idOf('rev'),
  job: idOf('job'),
  task: z.string(),
  version: z.number().int(),
  input: z.unknown(),
  answer: z.unknown().describe('what was handed over'),
  score: unit.nullable(),
  reason: z
    .enum(reviewReasons)
    .describe('scored under its floor, drawn at random, or another model said something else'),
  state: z.enum(['open', 'decided']),
  verdict: z.enum(reviewVerdicts).nullable(),
  fixed: z.unknown().describe('the answer as a person set it right; null otherwise'),
  note: z.string().nullable(),
  createdAt: timeOut,
  decidedAt: timeOut.nullable(),
});
export type ReviewOut = z.infer<typeof reviewOut>;

/** A person's word on an answer. It is a label that the score and the router learn from; the job itself never changes. */
export const verdictIn = z
  .strictObject({
    verdict: z.enum(reviewVerdicts),
    answer: z.record(z.string(), z.unknown()).optional().describe('the right answer: with `fixed`, and only with it'),
    note: z.string().min(1).max(1_000).optional(),
  })
  .meta({ examples: [{ verdict: 'fixed', answer: { sentiment: 'mixed', score: 0.1 } }] });
export type VerdictIn = z.infer<typeof verdictIn>;
