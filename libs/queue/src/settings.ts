import type { QueueSpec } from '@winnow/contracts';
import type { JobsOptions, QueueOptions, RedisOptions, WorkerOptions } from 'bullmq';

const backoffMs = (tries: number): number => Math.min(tries * 100, 2_000);

/** Producers fail fast: nobody who waits for Redis may hold up a transaction of Postgres. */
export const producerConnection = (url: string): RedisOptions & { url: string } => ({
  url,
  enableOfflineQueue: false,
  maxRetriesPerRequest: 1,
  connectTimeout: 2_000,
  commandTimeout: 5_000,
  keepAlive: 10_000,
  retryStrategy: backoffMs,
});

/** Workers wait for Redis as long as it takes, but notice a connection that only looks open. */
export const workerConnection = (url: string): RedisOptions & { url: string } => ({
  url,
  maxRetriesPerRequest: null,
  connectTimeout: 2_000,
  keepAlive: 10_000,
  socketTimeout: 30_000,
  retryStrategy: backoffMs,
});

/** Attempts and backoff repair infrastructure only: a claim that could not reach Postgres. Providers' retries belong to the ladder. */
export const hintOptions = (spec: QueueSpec): JobsOptions => ({
  attempts: spec.attempts,
  backoff: { type: 'exponential', delay: spec.backoffMs, jitter: 0.5 },
  removeOnComplete: { age: 3_600, count: 1_000 },
  removeOnFail: { age: 86_400, count: 5_000 },
  stackTraceLimit: 3,
});

export const queueOptions = (url: string, prefix: string, spec: QueueSpec): QueueOptions => ({
  connection: producerConnection(url),
  prefix,
  defaultJobOptions: hintOptions(spec),
  streams: { events: { maxLen: 1_000 } },
});

/** The lock decides nothing about redelivery, which is the lease's in Postgres; it is long so that a stall does not double a run. */
export const workerOptions = (url: string, prefix: string, concurrency: number): WorkerOptions => ({
  connection: workerConnection(url),
  prefix,
  concurrency,
  lockDuration: 60_000,
  stalledInterval: 30_000,
  maxStalledCount: 10,
  runRetryDelay: 1_000,
  drainDelay: 5,
  autorun: false,
});
