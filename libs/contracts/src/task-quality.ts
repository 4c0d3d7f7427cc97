import { z } from 'zod';
import { unit } from './primitives';
import { laneSchema, tierSchema } from './terms';

const count = z.number().int();
const figures = z.strictObject({
  mean: unit.nullable().describe('share of right answers, from few labels and many scores; null under three labels'),
  low: unit.nullable(),
  high: unit.nullable().describe('of the 95 % interval'),
  score: unit.nullable().describe('mean of the scores alone'),
  n: count.describe('answers with a score'),
  labels: count.describe('those of them that another model or a person has judged'),
  byLabeller: z.array(
    z.strictObject({ labeller: z.enum(['shadow', 'audit', 'judge', 'human']), labels: count, right: unit }),
  ),
});
export type QualityFigures = z.infer<typeof figures>;

export const taskQualityOut = z.strictObject({
  object: z.literal('taskQuality'),
  task: z.string(),
  ...figures.shape,
  data: z
    .array(z.strictObject({ tier: tierSchema, lane: laneSchema, model: z.string(), ...figures.shape }))
    .describe('by tier, lane and model, the most used first'),
});
export type TaskQualityOut = z.infer<typeof taskQualityOut>;
