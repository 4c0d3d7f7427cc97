import type { Logger } from './logging';

export interface Loop {
  /** runs the work now, or right after the run that is under way */
  readonly nudge: () => void;
  readonly stop: () => Promise<void>;
  /** when the work last ended without a fault, by the monotonic clock; NaN before the first */
  readonly lastGoodMs: () => number;
}

const loudEveryMs = 10_000;

/** Repeats work with a pause in between, never twice at once; a fault is logged, seldom, and the loop goes on. */
export const every = (name: string, pauseMs: number, log: Logger, work: () => Promise<void>): Loop => {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let again = false;
  let stopped = false;
  let lastGood = Number.NaN;
  let loudUntil = Number.NEGATIVE_INFINITY;
  const run = async (): Promise<void> => {
    try {
      await work();
      lastGood = performance.now();
    } catch (error) {
      if (performance.now() >= loudUntil) {
        log.warn({ err: error, loop: name }, `${name} failed and will be repeated`);
        loudUntil = performance.now() + loudEveryMs;
      }
      again = false;
    }
  };
  const go = (): void => {
    clearTimeout(timer);
    if (stopped) return;
    if (running !== undefined) {
      again = true;
      return;
    }
    again = false;
    running = run().finally(() => {
      running = undefined;
      if (!stopped) timer = setTimeout(go, again ? 0 : pauseMs);
    });
  };
  go();
  return {
    nudge: go,
    lastGoodMs: () => lastGood,
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
};
