/**
 * What all processes know of one target, a model at a provider or a source: the breaker, the pause, the two clocks and who is under way. Times
 * are integers of microseconds, of whatever clock the caller names: nothing here reads one. `libs/storage/src/lua/{enter,leave}.lua` keep
 * the same rules over Redis; one list of cases holds both.
 */
export type BreakerState = 'closed' | 'open' | 'half-open';

/** Why a target is left alone: it asked for it, it refuses our key, or our credit there is used up. */
export type PauseWhy = 'limited' | 'auth' | 'quota';

export interface GateState {
  readonly state: BreakerState;
  /** failures in a row while closed */
  readonly fails: number;
  /** successes of probes while half-open */
  readonly oks: number;
  readonly untilUs: number;
  /** the attempt that probes; empty: nobody */
  readonly probe: string;
  readonly probeUntilUs: number;
  /** raised by every opening and closing: an outcome of another one says nothing of now */
  readonly epoch: number;
  readonly pauseUs: number;
  readonly why: PauseWhy | '';
  /** millionths of the full rate, as of `paceUs`; it comes back by itself */
  readonly pace: number;
  readonly paceUs: number;
  /** the theoretical arrival times of the next request and the next token (GCRA) */
  readonly requestsUs: number;
  readonly tokensUs: number;
  /** attempts under way, each with the time at which its place is taken back */
  readonly leases: Readonly<Record<string, number>>;
}

export const fullPace = 1_000_000;

export const freshGate = (epoch = 0): GateState => ({
  state: 'closed',
  fails: 0,
  oks: 0,
  untilUs: 0,
  probe: '',
  probeUntilUs: 0,
  epoch,
  pauseUs: 0,
  why: '',
  pace: fullPace,
  paceUs: 0,
  requestsUs: 0,
  tokensUs: 0,
  leases: {},
});

/** One of `intervalUs` after the other, `burst` of them at once after a rest. */
export interface Rate {
  readonly intervalUs: number;
  readonly burst: number;
}

export interface GatePolicy {
  /** failures in a row that open the breaker */
  readonly fails: number;
  readonly openUs: number;
  /** successes of probes, one after the other, that close it */
  readonly oks: number;
  /** after so long a place, or a probe, is taken back from whoever never left */
  readonly leaseUs: number;
  readonly requests?: Rate;
  readonly tokens?: Rate;
  readonly concurrent?: number;
}

/** How an attempt ended, as far as the target's health goes. `neutral`: it says nothing, such as 429. `trip`: reported without an attempt. */
export type GateOutcome = 'ok' | 'fail' | 'neutral' | 'trip';

export interface Entering {
  readonly attempt: string;
  readonly tokens: number;
}

export interface Leaving {
  readonly attempt: string;
  readonly outcome: GateOutcome;
  /** as `enter` gave them */
  readonly epoch: number;
  readonly enteredUs: number;
  /** tokens that `enter` reckoned with, and those that were used */
  readonly tokens: number;
  readonly used: number;
  /** 0: no pause */
  readonly pauseUs: number;
  readonly why: PauseWhy | '';
}

export type Entered =
  | { readonly kind: 'go' | 'probe'; readonly epoch: number; readonly nowUs: number }
  | { readonly kind: 'open' | 'slow' | 'busy'; readonly waitUs: number }
  | { readonly kind: 'paused'; readonly waitUs: number; readonly why: PauseWhy };

/** The state that a step has led to, where it is another one than before. */
export type Moved = BreakerState | null;
