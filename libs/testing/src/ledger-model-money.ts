/** Money of a job or of a window. */
export interface ModelScope {
  cap: bigint;
  spent: bigint;
  held: bigint;
  over: bigint;
  /** a cap that was set below what is spent and held */
  target: bigint | null;
}

/** What a scope gave to a hold, and what of it stands booked, where. */
interface ModelPart {
  readonly scope: ModelScope;
  spent: bigint;
  over: bigint;
}

export interface ModelAttempt {
  readonly nanos: bigint;
  readonly parts: readonly ModelPart[];
  corrected: boolean;
  actual: bigint;
  state: 'held' | 'settled' | 'released' | 'unknown';
}

const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);
const atLeast0 = (a: bigint): bigint => (a > 0n ? a : 0n);

export const scopeOf = (cap: bigint): ModelScope => ({ cap, spent: 0n, held: 0n, over: 0n, target: null });
export const roomOf = ({ cap, target, spent, held, over }: ModelScope): bigint =>
  least(cap, target ?? cap) - spent - held - over;

const rebook = (part: ModelPart, attempt: ModelAttempt, bill: bigint): void => {
  const was = { spent: part.spent, over: part.over };
  const rise = bill - attempt.actual;
  if (rise < 0n) {
    part.over = atLeast0(part.over + rise);
    part.spent = bill - part.over;
  } else {
    const room = part.scope.cap - part.scope.spent - part.scope.held;
    part.spent += least(rise, least(atLeast0(attempt.nanos - part.spent), atLeast0(room)));
    part.over = bill - part.spent;
  }
  part.scope.spent += part.spent - was.spent;
  part.scope.over += part.over - was.over;
};

/** What a bill says later: up to the hold, and as far as there is room, it is spent, beyond that it is over. */
export const correct = (attempt: ModelAttempt, bill: bigint): void => {
  if (attempt.state === 'held' || attempt.actual === bill) return;
  for (const part of attempt.parts) rebook(part, attempt, bill);
  attempt.actual = bill;
  attempt.corrected = true;
};

/** Once, ever; but an answer that comes late says what a call cost that was given up, unless an account has said so before. */
export const close = (attempt: ModelAttempt, kind: 'settled' | 'released' | 'unknown', bill: bigint): void => {
  if (attempt.state === 'unknown' && kind === 'settled' && !attempt.corrected) return correct(attempt, bill);
  if (attempt.state !== 'held') return;
  attempt.state = kind;
  attempt.actual = { settled: bill, released: 0n, unknown: attempt.nanos }[kind];
  for (const part of attempt.parts) {
    part.spent = least(attempt.actual, attempt.nanos);
    part.over = attempt.actual - part.spent;
    part.scope.held -= attempt.nanos;
    part.scope.spent += part.spent;
    part.scope.over += part.over;
  }
};

export const isUsed = ({ spent, held, over }: ModelScope): boolean => spent + held + over > 0n;
