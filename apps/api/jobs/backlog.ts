import { Refusal } from '@winnow/contracts';

export interface BacklogPorts {
  readonly count: (limit: number) => Promise<number>;
  readonly limit: number;
  readonly nowMs: () => number;
  readonly onCount?: (jobs: number) => void;
}

/** Room for one job: `taken` once it is stored, `given` when it was not. */
export interface Place {
  readonly taken: () => void;
  readonly given: () => void;
}

const freshMs = 100;
const surelyFreshMs = 10;
const retryAfterS = '5';

/**
 * Whether another job may wait. The database counts at most every 100 ms, and only while requests come; what this process has let in
 * since counts on top. Before anybody is turned away it is counted anew.
 */
export const createBacklog = ({ count, limit, nowMs, onCount }: BacklogPorts) => {
  let counted: number | null = null;
  let countedAtMs = 0;
  let stored = 0;
  let pending = 0;
  let counting: Promise<void> | null = null;

  const recount = (): Promise<void> => {
    counting ??= (async () => {
      const startedMs = nowMs();
      const storedBefore = stored;
      try {
        counted = await count(limit + 1);
        stored -= storedBefore;
        countedAtMs = startedMs;
        onCount?.(counted);
      } finally {
        counting = null;
      }
    })();
    return counting;
  };
  const waiting = (): number => (counted ?? 0) + stored + pending;
  const ageMs = (): number => (counted === null ? Number.POSITIVE_INFINITY : nowMs() - countedAtMs);

  const enter = async (): Promise<Place> => {
    if (ageMs() > freshMs * 10) await recount();
    else if (ageMs() > freshMs) recount().catch(() => undefined);
    if (waiting() >= limit && ageMs() > surelyFreshMs) await recount();
    if (waiting() >= limit)
      throw new Refusal(
        'queue-full',
        `${limit} jobs are waiting; nothing was stored`,
        { waiting: waiting(), limit },
        { 'retry-after': retryAfterS },
      );
    pending += 1;
    let open = true;
    const close = (added: 0 | 1) => (): void => {
      if (!open) return;
      open = false;
      pending -= 1;
      stored += added;
    };
    return { taken: close(1), given: close(0) };
  };
  return { enter };
};
export type Backlog = ReturnType<typeof createBacklog>;
