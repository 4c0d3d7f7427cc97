import { concludeJob, type ConcludePorts } from '@winnow/analysis';
import type { LooseEnd, Upkeep } from '@winnow/storage';

interface LooseEndPorts extends ConcludePorts {
  readonly upkeep: Pick<Upkeep, 'looseEnds'>;
  readonly onEnded: (jobs: readonly string[]) => void;
  readonly onFault: (job: string, error: unknown) => void;
}

const endOf = async (at: LooseEndPorts, row: LooseEnd): Promise<void> => {
  const state = row.state === 'canceling' ? 'canceled' : 'aborted';
  await concludeJob(at, {
    job: { id: row.id, floor: row.floor, plan: row.plan, baselineModel: row.baseline_model, fence: row.fence },
    verdict: { state },
    from: [row.state],
    lines: [],
    attempts: await at.journal.attemptsOf(row.id),
  });
};

/** Ends the jobs that no worker will: deadlines that passed in the queue, and cancels whose worker died. */
export const createTieLooseEnds = (at: LooseEndPorts) => async (): Promise<void> => {
  const rows = await at.upkeep.looseEnds();
  // One that cannot be ended is told of and does not stand in the way of those behind it.
  for (const row of rows) await endOf(at, row).catch((error: unknown) => at.onFault(row.id, error));
  if (rows.length > 0) at.onEnded(rows.map(({ id }) => id));
};
