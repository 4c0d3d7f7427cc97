import type { BudgetAlert, BudgetUpkeep, Compared, Reconciliation } from '@winnow/storage';
import { driftOf, reconcile, type Reconciled } from './reconcile';
import type { InvoiceReader } from '@winnow/analysis';

interface BudgetWorkPorts {
  readonly budgets: BudgetUpkeep;
  readonly onAlert: (alert: BudgetAlert) => void;
}

/** Makes the next windows before they open, and tells once of each that is nearly spent. */
export const createBudgetWork =
  ({ budgets, onAlert }: BudgetWorkPorts) =>
  async (): Promise<void> => {
    await budgets.makeAhead();
    for (const alert of await budgets.alert()) onAlert(alert);
  };

interface ReconcileWorkPorts {
  readonly budgets: Pick<BudgetUpkeep, 'isDue'>;
  readonly books: Reconciliation;
  readonly reader: InvoiceReader;
  readonly listedWithinMs: number;
  readonly onReconciled: (outcome: Reconciled) => void;
  readonly onDrift: (provider: Compared, drift: number) => void;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const daysAgain = 2;
const mostDrift = 0.005;

/** Hourly what is new, daily the last two days once more. One keeper of however many there are does it. */
export const createReconcileWork = (at: ReconcileWorkPorts) => async (): Promise<void> => {
  const daily = await at.budgets.isDue('reconcile the last days', dayMs);
  if (daily) await at.books.compareAgain(daysAgain);
  if (!(await at.budgets.isDue('reconcile', hourMs)) && !daily) return;
  const outcome = await reconcile(at);
  at.onReconciled(outcome);
  for (const one of outcome.compared) {
    const drift = driftOf(one);
    if (Math.abs(drift - 1) > mostDrift) at.onDrift(one, drift);
  }
};
