import { queues } from '@winnow/contracts';
import { hintOptions, producerConnection, queueOptions, workerConnection, workerOptions } from './settings';

const url = 'redis://127.0.0.1:6379';

test('who sends a hint fails fast: behind it waits a transaction of Postgres', () =>
  expect(producerConnection(url)).toMatchObject({
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    connectTimeout: 2_000,
    commandTimeout: 5_000,
  }));

test('who takes hints waits for Redis, but not on a connection that only looks open', () => {
  expect(workerConnection(url)).toMatchObject({ maxRetriesPerRequest: null, socketTimeout: 30_000, keepAlive: 10_000 });
  expect(workerConnection(url)).not.toHaveProperty('commandTimeout');
});

test.each([
  [1, 100],
  [5, 500],
  [20, 2_000],
  [1_000, 2_000],
])('try %d to connect waits %d ms', (tries, ms) => {
  for (const connection of [producerConnection(url), workerConnection(url)])
    expect(connection.retryStrategy?.(tries)).toBe(ms);
});

test('what is done is forgotten after an hour, what failed after a day, both by number before', () =>
  expect(hintOptions(queues.executions)).toMatchObject({
    attempts: 5,
    backoff: { type: 'exponential', delay: 500, jitter: 0.5 },
    removeOnComplete: { age: 3_600, count: 1_000 },
    removeOnFail: { age: 86_400, count: 5_000 },
  }));

test('the lock decides nothing and is long; a stall never fails a hint', () => {
  const options = workerOptions(url, 'winnow', 10);
  expect(options).toMatchObject({
    concurrency: 10,
    prefix: 'winnow',
    lockDuration: 60_000,
    stalledInterval: 30_000,
    autorun: false,
  });
  expect(options.maxStalledCount).toBeGreaterThanOrEqual(10);
  expect(options.lockDuration).toBeLessThan(queues.executions.leaseMs);
});

test('events in Redis are bounded', () =>
  expect(queueOptions(url, 'winnow', queues.analyses).streams).toEqual({ events: { maxLen: 1_000 } }));
