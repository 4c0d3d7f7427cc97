import { z } from 'zod';
import { jobState } from './jobs';
import { receiptLine } from './receipts';
import { unit } from './primitives';

/** What a job's stream tells, in order. `snapshot` is made when a stream opens; the others are rows. */
export const jobEvents = {
  state: z.strictObject({ state: jobState, at: z.string() }),
  stage: receiptLine,
  result: z.strictObject({ result: z.unknown(), quality: z.strictObject({ score: unit.nullable(), floor: unit }) }),
  done: z.strictObject({ state: jobState, receipt: z.string() }),
} as const;
export type JobEventKind = keyof typeof jobEvents;

export interface JobEvent<Kind extends JobEventKind = JobEventKind> {
  readonly kind: Kind;
  readonly data: z.infer<(typeof jobEvents)[Kind]>;
}
