import type { Upkeep } from '@winnow/storage';

interface WatchPorts {
  readonly upkeep: Pick<Upkeep, 'markGone' | 'giveBack'>;
  readonly goneAfterMs: number;
  /** for how long this keeper itself has to have swept without a fault before it judges anyone */
  readonly quietMs: number;
  readonly nowMs: () => number;
  readonly onGone: (workers: number, rows: number) => void;
}

/**
 * Takes the rows of workers whose beat has stopped. A database that was away makes every beat late, so nobody is judged until this keeper has
 * itself reached it for a while without a fault.
 */
export const createWatch = (at: WatchPorts) => {
  let goodSince = Number.NaN;
  return async (): Promise<void> => {
    try {
      const now = at.nowMs();
      if (Number.isNaN(goodSince)) goodSince = now;
      const gone = now - goodSince >= at.quietMs ? await at.upkeep.markGone(at.goneAfterMs) : [];
      const rows = await at.upkeep.giveBack(gone);
      if (gone.length > 0 || rows > 0) at.onGone(gone.length, rows);
    } catch (error) {
      goodSince = Number.NaN;
      throw error;
    }
  };
};
