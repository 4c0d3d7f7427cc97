/** Time as an argument: `now` for what is written down, `monotonicMs` for what is measured (no clock step can bend it). */
export interface Clock {
  readonly now: () => Date;
  readonly monotonicMs: () => number;
}

export const systemClock: Clock = { now: () => new Date(), monotonicMs: () => performance.now() };

/** In [0, 1), like `Math.random`; a seeded one in tests. */
export type Random = () => number;
