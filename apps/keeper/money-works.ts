import { budgetKinds } from '@winnow/contracts';
import { printUsd, systemClock, uuidv7 } from '@winnow/kernel';
import type { Connections, Kit } from '@winnow/platform';
import {
  alertPercents,
  createBudgetUpkeep,
  createJournal,
  createQuotes,
  createRollUp,
  createWakes,
  type LiveCatalogue,
  type Upkeep,
} from '@winnow/storage';
import { createBudgetWork } from './keep-books';
import { createRollUpWork } from './roll-up';
import { sandboxBooks } from './sandbox-books';
import { silentMs } from './silent-ms';
import { createTieLooseEnds } from './tie-loose-ends';

interface MoneyParts extends Connections {
  readonly upkeep: Upkeep;
  readonly catalogue: LiveCatalogue;
}

const createReap =
  ({ config, log, metrics }: Kit, upkeep: Upkeep) =>
  async (): Promise<void> => {
    const closed = await upkeep.reap(silentMs(config.providerTimeoutMs));
    for (const kind of ['released', 'unknown'] as const) metrics.holdsReaped.inc({ kind }, closed[kind]);
    if (closed.released + closed.unknown > 0) log.info(closed, 'holds closed that nobody would have closed');
  };

/** What ends rows and holds that nobody else would end, and keeps the accounts. */
export const createMoneyWorks = (kit: Kit, { db, redis, upkeep, catalogue }: MoneyParts) => {
  const { config, log, metrics } = kit;
  const budgets = createBudgetUpkeep(db.rest);
  // A counter that is born at one shows no increase.
  for (const kind of budgetKinds)
    for (const percent of alertPercents) metrics.budgetAlerts.inc({ kind, percent: String(percent) }, 0);
  return {
    reap: createReap(kit, upkeep),
    tieLooseEnds: createTieLooseEnds({
      upkeep,
      catalogue,
      journal: createJournal(db.rest),
      newReceiptId: uuidv7,
      now: systemClock.now,
      onEnded: createWakes(redis, config.queuePrefix).publish,
      onFault: (job, error) => log.error({ job, err: error }, 'a job could not be ended'),
    }),
    rollUp: createRollUpWork({
      rollUp: createRollUp(db.rest),
      quotes: createQuotes(db.rest),
      onScored: ({ id, task }, inside) => log.debug({ quote: id, task, inside }, 'a forecast was scored'),
    }),
    keepBudgets: createBudgetWork({
      budgets,
      onAlert: ({ tenant, kind, subject, percent, spent, cap }) => {
        metrics.budgetAlerts.inc({ kind, percent: String(percent) });
        log.warn({ tenant, kind, subject, percent, spent: printUsd(spent), cap: printUsd(cap) }, 'a budget runs low');
      },
    }),
    /** null where no invoice can be read */
    keepBooks: sandboxBooks(kit, db, budgets),
  };
};
