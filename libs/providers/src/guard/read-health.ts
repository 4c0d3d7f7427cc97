import type { Fault, FaultKind, GateOutcome, PauseWhy } from '@winnow/kernel';

/** What the end of an attempt says of its target. */
export interface Health {
  readonly outcome: GateOutcome;
  readonly pauseMs: number;
  readonly why: PauseWhy | '';
}

const unaskedPauseMs = 1_000;
const longestPauseMs = 3_600_000;
/** A key or an account is put right by people: so long nobody asks in vain, and then one call finds out. */
const authPauseMs = 300_000;
const quotaPauseMs = 900_000;

const outcomes: Readonly<Record<FaultKind, GateOutcome>> = {
  timeout: 'fail',
  'refused-connection': 'fail',
  reset: 'fail',
  'server-error': 'fail',
  malformed: 'fail',
  // Our own fault: it lives, and told us so.
  'bad-request': 'ok',
  'content-filter': 'ok',
  truncated: 'ok',
  'rate-limited': 'neutral',
  auth: 'neutral',
  quota: 'neutral',
  canceled: 'neutral',
  unavailable: 'neutral',
  internal: 'neutral',
};

export const healthy: Health = { outcome: 'ok', pauseMs: 0, why: '' };
export const silent: Health = { outcome: 'neutral', pauseMs: 0, why: '' };

export const readHealth = ({ kind, retryAfterMs }: Fault): Health => {
  const outcome = outcomes[kind];
  if (kind === 'rate-limited')
    return { outcome, pauseMs: Math.min(longestPauseMs, retryAfterMs ?? unaskedPauseMs), why: 'limited' };
  if (kind === 'auth') return { outcome, pauseMs: authPauseMs, why: kind };
  if (kind === 'quota') return { outcome, pauseMs: quotaPauseMs, why: kind };
  return { outcome, pauseMs: 0, why: '' };
};
