import { queueOfPath } from '@winnow/contracts';
import type { Producers } from '@winnow/queue';
import type { Overdue, Upkeep } from '@winnow/storage';

interface SweepPorts {
  readonly upkeep: Pick<Upkeep, 'overdue' | 'lookLater' | 'hintAgain'>;
  readonly producers: Pick<Producers, 'alive'>;
  readonly onSweep: (hintedAgain: number) => void;
}

/** Queued rows that nobody has touched for a while: whose hint Redis still has is looked at later, whose it has not gets the next one. */
export const createSweep = (at: SweepPorts) => async (): Promise<void> => {
  const rows = await at.upkeep.overdue();
  const ofQueue = Map.groupBy(rows, ({ path }) => queueOfPath[path]);
  for (const [queue, overdue] of ofQueue) {
    const alive = await at.producers.alive(
      queue,
      overdue.map(({ id, hint }) => ({ ref: id, hint })),
    );
    const lost: Overdue[] = overdue.filter(({ id }) => !alive.has(id));
    await at.upkeep.lookLater(overdue.filter(({ id }) => alive.has(id)).map(({ id }) => id));
    await at.upkeep.hintAgain(lost);
    if (lost.length > 0) at.onSweep(lost.length);
  }
};
