import type { Upkeep } from '@winnow/storage';

interface WatchPorts {
  readonly upkeep: Pick<Upkeep, 'markGone' | 'giveBack'>;
  readonly goneAfterMs: number;
  /** for how long this keeper itself has to have swept without a fault before it judges anyone */
  readonly quietMs: number;
  /** rejects while the database cannot be reached */
  readonly reach: () => Promise<unknown>;
  readonly nowMs: () => number;
  readonly onGone: (workers: number, rows: number) => void;
}

/**
 * Takes the rows of workers whose beat has stopped. A database that was away makes every beat late, so nobody is judged until this keeper has
 * itself reached it for a while without a fault. That goes for rows that overran their time as well: their workers may be waiting to write.
 */
export const createWatch = (at: WatchPorts) => {
  let goodSince = Number.NaN;
  return async (): Promise<void> => {
    try {
      const now = at.nowMs();
      if (Number.isNaN(goodSince)) goodSince = now;
      if (now - goodSince < at.quietMs) return void (await at.reach());
      const gone = await at.upkeep.markGone(at.goneAfterMs);
      const rows = await at.upkeep.giveBack(gone);
      if (gone.length > 0 || rows > 0) at.onGone(gone.length, rows);
    } catch (error) {
      goodSince = Number.NaN;
      throw error;
    }
  };
};
