import type { RedisConnections } from './redis';

export interface Wakes {
  /** tells every process that something was written about these jobs; best effort */
  readonly publish: (jobs: readonly string[]) => void;
  readonly subscribe: (job: string, listener: () => void) => () => void;
  /** resolves when something was told about the job, when the time ran out, or when the signal fired */
  readonly wait: (job: string, ms: number, signal?: AbortSignal) => Promise<void>;
}

const mostListeners = 50_000;

/** A wake is only a reason to look at Postgres again, so a lost one costs the length of the poll that stands behind it. */
export const createWakes = (redis: RedisConnections, prefix: string): Wakes => {
  const channel = `${prefix}:told`;
  const listeners = new Map<string, Set<() => void>>();
  let listening = false;
  const tell = (told: string, message: string): void => {
    if (told !== channel) return;
    for (const job of message.split(',')) for (const listener of listeners.get(job) ?? []) listener();
  };
  const listen = (): void => {
    if (listening) return;
    listening = true;
    redis.subscriber.off('message', tell);
    redis.subscriber.on('message', tell);
    redis.subscriber.subscribe(channel).catch(() => {
      listening = false;
    });
  };
  const subscribe = (job: string, listener: () => void): (() => void) => {
    listen();
    const all = listeners.get(job) ?? new Set();
    if (listeners.size < mostListeners) listeners.set(job, all.add(listener));
    return () => {
      all.delete(listener);
      if (all.size === 0 && listeners.get(job) === all) listeners.delete(job);
    };
  };
  let pending = new Set<string>();
  const flush = (): void => {
    const jobs = [...pending];
    pending = new Set();
    // Those in this process need no Redis to hear of it.
    tell(channel, jobs.join(','));
    redis.commands.publish(channel, jobs.join(',')).catch(() => undefined);
  };
  return {
    publish: (jobs) => {
      if (pending.size === 0) setImmediate(flush);
      for (const job of jobs) pending.add(job);
    },
    subscribe,
    wait: (job, ms, signal) =>
      new Promise((resolve) => {
        const end = (): void => {
          clearTimeout(timer);
          unsubscribe();
          signal?.removeEventListener('abort', end);
          resolve();
        };
        const timer = setTimeout(end, ms);
        const unsubscribe = subscribe(job, end);
        if (signal?.aborted === true) end();
        else signal?.addEventListener('abort', end);
        if (signal?.aborted) end();
      }),
  };
};
