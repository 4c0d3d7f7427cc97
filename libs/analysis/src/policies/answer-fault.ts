import type { Fault, Random } from '@winnow/kernel';

export const sendsPerRung = 2;
export const sendsInAll = 4;
const longestRetryAfterMs = 60_000;
const longestBackoffMs = 20_000;
const firstBackoffMs = 500;
/** A wait over this is not slept through: the job leaves its slot to others and comes back. */
export const longestWaitMs = 2_000;

export interface Climb {
  /** sends so far on this rung, and in all */
  readonly onRung: number;
  readonly inAll: number;
  readonly rungsLeft: number;
  /** rungs of those that have had no send */
  readonly fresh: number;
  /** what is left of the time this claim may take */
  readonly leftMs: number;
  readonly timeoutMs: number;
  /** answers to this job that were cut off, this one included */
  readonly cuts: number;
  /** whether this rung takes a larger bound for its answer */
  readonly canGrow: boolean;
  /** the deadline is over: nothing is put off any more */
  readonly late: boolean;
}

export type NextSend =
  | { readonly do: 'again'; readonly waitMs: number }
  | { readonly do: 'later'; readonly waitMs: number }
  | { readonly do: 'next-rung'; readonly waitMs: 0 }
  | { readonly do: 'give-up'; readonly why: string };

const enoughCuts = 2;

/** An answer that was cut off is asked for once more with a larger bound: at once, since nothing was overloaded. */
const afterCut = (why: string, climb: Climb): NextSend => {
  if (climb.cuts >= enoughCuts) return { do: 'give-up', why: `${why}, twice` };
  if (climb.timeoutMs > climb.leftMs) return { do: 'give-up', why };
  if (climb.canGrow && climb.onRung < sendsPerRung) return { do: 'again', waitMs: 0 };
  return climb.rungsLeft > 0 ? { do: 'next-rung', waitMs: 0 } : { do: 'give-up', why };
};

/**
 * What follows a failed send. A rung gets a second send after a wait that is drawn evenly up to a doubling bound (full jitter) or that the
 * provider named, in place or, where it is long, by way of the queue; a rung that asks for more than a minute, or that will not take us at
 * all, is left for the next.
 */
export const answerFault = (fault: Fault, climb: Climb, random: Random): NextSend => {
  if (climb.inAll >= sendsInAll) return { do: 'give-up', why: `${climb.inAll} sends failed` };
  if (fault.kind === 'truncated') return afterCut(fault.detail, climb);
  // The last send goes to who was not asked yet: two providers that are down must not use up all four between them.
  const isLast = climb.inAll === sendsInAll - 1;
  const again = fault.retryable && climb.onRung < sendsPerRung && !(isLast && climb.fresh > 0);
  const asked = fault.retryAfterMs;
  const waitMs = asked ?? Math.floor(random() * Math.min(longestBackoffMs, firstBackoffMs * 2 ** climb.onRung));
  if (again && waitMs > longestWaitMs && waitMs <= longestRetryAfterMs && !climb.late) return { do: 'later', waitMs };
  if (again && waitMs <= longestWaitMs && waitMs + climb.timeoutMs <= climb.leftMs) return { do: 'again', waitMs };
  if (climb.rungsLeft > 0 && climb.timeoutMs <= climb.leftMs && fault.kind !== 'canceled')
    return { do: 'next-rung', waitMs: 0 };
  return { do: 'give-up', why: fault.detail };
};
