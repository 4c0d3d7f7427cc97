import { z } from 'zod';

/**
 * The catalogue of queues: one entry a kind of hint. A hint only tells a worker to look at a row of Postgres, so the payload is an
 * id and a version; it has to survive a rolling deploy, so a field is added by raising `v`, never changed in place.
 */
export const hintSchema = z.strictObject({ v: z.literal(1), id: z.uuid() });
export type Hint = z.infer<typeof hintSchema>;

export interface QueueSpec {
  /** the path whose rows this queue hints at, and the app that consumes it */
  readonly path: 'intake' | 'fulfil';
  readonly app: 'collector' | 'executor';
  readonly schema: typeof hintSchema;
  /** deliveries of a hint whose handler threw: only for infrastructure, providers' retries belong to the ladder */
  readonly attempts: number;
  readonly backoffMs: number;
  /** how long a claim of this path stands before the keeper takes the row back */
  readonly leaseMs: number;
}

export const queues = {
  analyses: { path: 'intake', app: 'collector', schema: hintSchema, attempts: 5, backoffMs: 500, leaseMs: 30_000 },
  executions: { path: 'fulfil', app: 'executor', schema: hintSchema, attempts: 5, backoffMs: 500, leaseMs: 180_000 },
} as const satisfies Record<string, QueueSpec>;

export type QueueName = keyof typeof queues;
export const queueNames = Object.keys(queues) as QueueName[];
export const queueOfPath = { intake: 'analyses', fulfil: 'executions' } as const satisfies Record<string, QueueName>;
export type PathName = keyof typeof queueOfPath;
