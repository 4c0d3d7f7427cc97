import type { Clock } from '@winnow/kernel';

export interface FakeClock extends Clock {
  readonly advance: (ms: number) => void;
  /** waits by moving the clock: no test sleeps */
  readonly wait: (ms: number) => Promise<void>;
}

export const createFakeClock = (start = new Date('2026-11-21T12:00:00Z')): FakeClock => {
  let ms = 0;
  const advance = (by: number): void => {
    ms += by;
  };
  return {
    now: () => new Date(start.getTime() + ms),
    monotonicMs: () => ms,
    advance,
    wait: async (by) => advance(by),
  };
};
