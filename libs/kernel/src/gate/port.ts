import type { BreakerState, Entered, Entering, GatePolicy, Leaving, Moved, PauseWhy } from './state';

/** What stands between a plan and a send: one for all processes. Targets are `provider:model` or a source. */
export interface Gate {
  readonly enter: (target: string, attempt: string, tokens: number) => Promise<GateVerdict>;
}

export type GateVerdict = { readonly kind: 'go' | 'probe'; readonly pass: Pass } | GateRefusal;

export type GateRefusal =
  | { readonly kind: 'open' | 'slow' | 'busy'; readonly ms: number }
  | { readonly kind: 'paused'; readonly ms: number; readonly why: PauseWhy };

/** The right to one send. It is given back once, whatever happens: by `fire` when the call ends, or by `withdraw` when nothing was sent. */
export interface Pass {
  /** `used` tells the tokens of an answer, so that the clock of tokens is put right */
  readonly fire: <Answer>(call: () => Promise<Answer>, used?: (answer: Answer) => number | null) => Promise<Answer>;
  readonly withdraw: () => Promise<void>;
  /** false: the target was shut since, and nothing should be sent any more */
  readonly stands: () => boolean;
}

export interface Left {
  readonly state: BreakerState;
  readonly moved: Moved;
}

/** A transition as every process is told of it. */
export interface Move {
  readonly target: string;
  readonly state: BreakerState;
}

/** The state that all processes share. Every call may fail, or hang, while its store is away. */
export interface SharedGate {
  readonly enter: (
    target: string,
    policy: GatePolicy,
    ask: Entering,
  ) => Promise<{ readonly says: Entered; readonly moved: Moved }>;
  readonly leave: (target: string, policy: GatePolicy, leaving: Leaving) => Promise<Left>;
  /** another moment on the clock of requests, in µs from now; 0: now, and it is taken */
  readonly retime: (target: string, policy: GatePolicy) => Promise<number>;
  readonly onMove: (listener: (move: Move) => void) => void;
}
