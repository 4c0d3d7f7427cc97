import { z } from 'zod';
import { jobState } from './jobs';
import { receiptLine } from './receipts';
import { unit } from './primitives';

/** What a job's stream tells, in order. `snapshot` is made when a stream opens; the others are rows. */
export const jobEvents = {
  state: z.strictObject({ state: jobState, at: z.string() }),
  stage: receiptLine,
  progress: z.strictObject({
    percent: z.number().int().min(0).max(100),
    phase: z.string(),
    completed: z.number().int(),
    total: z.number().int(),
    restart: z.literal(true).optional(),
  }),
  field: z.strictObject({ path: z.string(), value: z.unknown(), phase: z.string() }),
  token: z.strictObject({ text: z.string(), path: z.string() }),
  result: z.strictObject({ result: z.unknown(), quality: z.strictObject({ score: unit.nullable(), floor: unit }) }),
  done: z.strictObject({ state: jobState, receipt: z.string() }),
} as const;
export type JobEventKind = keyof typeof jobEvents;

export interface JobEvent<Kind extends JobEventKind = JobEventKind> {
  readonly kind: Kind;
  readonly data: z.infer<(typeof jobEvents)[Kind]>;
}
