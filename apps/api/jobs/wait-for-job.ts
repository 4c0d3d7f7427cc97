import type { JobRow, Wakes } from '@winnow/storage';

export interface Waiting {
  readonly wakes: Pick<Wakes, 'wait'>;
  readonly get: () => Promise<JobRow>;
  readonly isEnough: (row: JobRow) => boolean;
  readonly stopping: () => boolean;
}

// A lost wake costs no more than this; between two looks no connection to the database is held.
const longestSleepMs = 2_000;

/** Looks at a job until it is as wanted, the time is up, or the caller is gone. The last look is what the caller gets. */
export const waitForJob = async (at: Waiting, job: string, waitMs: number, gone: AbortSignal): Promise<JobRow> => {
  const until = performance.now() + waitMs;
  for (;;) {
    // Listening begins before the look: what happens between the two is not missed.
    const look = new AbortController();
    const leftMs = Math.max(0, until - performance.now());
    const told = at.wakes.wait(job, Math.min(longestSleepMs, leftMs), AbortSignal.any([look.signal, gone]));
    try {
      const row = await at.get();
      if (at.isEnough(row) || leftMs === 0 || gone.aborted || at.stopping()) return row;
      await told;
    } finally {
      look.abort();
    }
  }
};
