import { setTimeout as sleep } from 'node:timers/promises';

const longestMs = 120_000;
const longestPauseMs = 2_000;

/** Faults of the connection or of time, not of what was asked: Postgres classes 08, 53, 57, a lock that was not had, a deadlock. */
export const isPassing = (error: unknown): boolean => {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  if (typeof code === 'string' && /^(08|53|57|40|55P03|25P03|ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI)/.test(code))
    return true;
  return typeof message === 'string' && /timeout|terminated|Connection|connect/i.test(message);
};

/** Repeats an idempotent write while only the connection is at fault, for at most two minutes. */
export const insistently = async <Out>(write: () => Promise<Out>): Promise<Out> => {
  const until = Date.now() + longestMs;
  for (let pauseMs = 50; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    try {
      return await write();
    } catch (error) {
      if (!isPassing(error) || Date.now() + pauseMs > until) throw error;
      await sleep(pauseMs);
    }
  }
};
