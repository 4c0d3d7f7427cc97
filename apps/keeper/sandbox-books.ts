import { printUsd } from '@winnow/kernel';
import type { Kit } from '@winnow/platform';
import { createSandboxInvoice } from '@winnow/providers';
import { createReconciliation, type BudgetUpkeep, type Database } from '@winnow/storage';
import { createReconcileWork } from './keep-books';
import { driftOf } from './reconcile';
import { silentMs } from './silent-ms';

/** The sandbox's invoice is the one that can be read so far: null where real providers are called. */
export const sandboxBooks = ({ config, metrics, log }: Kit, db: Pick<Database, 'rest'>, budgets: BudgetUpkeep) => {
  const [first] = config.providers;
  if (!config.sandbox || first === undefined) return null;
  const providers = config.providers.map(({ name }) => name);
  const root = first.baseUrl.replace(`/${first.name}/v1`, '');
  return createReconcileWork({
    budgets,
    books: createReconciliation(db.rest),
    reader: createSandboxInvoice(root, providers),
    listedWithinMs: silentMs(config.providerTimeoutMs),
    onReconciled: ({ replaced, lines, compared, unbilled, strays }) => {
      if (replaced)
        log.warn(
          'the invoice is another one than before: it was read from its first line, and says nothing of what was sent before it began',
        );
      for (const one of compared) {
        metrics.billedRatio.set({ provider: one.provider, of: 'booked' }, driftOf(one));
        metrics.correctedCalls.inc({ provider: one.provider }, one.corrected);
      }
      metrics.invoiceStrays.set(strays);
      log[strays > 0 ? 'error' : 'info']({ lines, unbilled, strays }, 'the ledger was held against the invoice');
    },
    onDrift: ({ provider, calls, billed, booked }, drift) =>
      log.error(
        { provider, calls, billed: printUsd(billed), booked: printUsd(booked), drift },
        'a provider billed otherwise than was booked; the difference is booked now',
      ),
  });
};
