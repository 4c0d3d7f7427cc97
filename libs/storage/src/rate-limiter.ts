import type { Redis } from 'ioredis';
import { loadTakeToken, tokenOf, type Token } from './lua/take-token';

export interface RateLimiter {
  readonly take: (id: string, perMinute: number) => Promise<Token>;
}

const minuteMicros = 60_000_000;
const mostLocal = 10_000;
/** the share of the time after a fault of Redis in which it is not asked: a limit must not cost every request a time-out */
const restMs = 1_000;

/** The same rule in this process alone, for while Redis is away. */
const createLocal = () => {
  const clocks = new Map<string, number>();
  return (id: string, interval: number, burst: number): Token => {
    const now = Date.now() * 1_000;
    const tat = Math.max(clocks.get(id) ?? now, now);
    const earliest = tat - interval * (burst - 1);
    if (now < earliest) return tokenOf([0, 0, tat - now, earliest - now]);
    if (clocks.size >= mostLocal) clocks.clear();
    clocks.set(id, tat + interval);
    return tokenOf([1, Math.floor((interval * burst - (tat + interval - now)) / interval), tat + interval - now, 0]);
  };
};

/** A bucket of `perMinute`, refilled at `perMinute` a minute, shared by all processes. With Redis away it goes on in each. */
export const createRateLimiter = (redis: Redis, prefix: string): RateLimiter => {
  const take = loadTakeToken(redis);
  const local = createLocal();
  let restUntil = 0;
  return {
    take: async (id, perMinute) => {
      const interval = Math.round(minuteMicros / perMinute);
      if (Date.now() < restUntil) return local(id, interval, perMinute);
      try {
        return await take(`${prefix}:rate:{${id}}`, interval, perMinute);
      } catch {
        restUntil = Date.now() + restMs;
        return local(id, interval, perMinute);
      }
    },
  };
};
