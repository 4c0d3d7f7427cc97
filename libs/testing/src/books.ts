import { parseUsd } from '@winnow/kernel';
import { savingsLines, type ReceiptBody } from '@winnow/contracts';
import type { TestDatabase } from './database';
import type { InvoiceLine } from './sandbox-client';

const toNano = (text: string): bigint => (text.startsWith('-') ? -parseUsd(text.slice(1)) : parseUsd(text));

/** The one assertion for every receipt: its lines sum to what was saved, which is baseline minus actual, which is what its attempts cost. */
export const assertReceiptAdds = (
  receipt: Pick<ReceiptBody, 'baseline' | 'baselines' | 'actual' | 'saved' | 'savings' | 'attempts'>,
): void => {
  const saved = savingsLines.reduce((sum, line) => sum + toNano(receipt.savings[line]), 0n);
  const attempts = receipt.attempts.reduce((sum, { cost }) => sum + toNano(cost), 0n);
  const faults = [
    saved === toNano(receipt.saved) ? null : `the savings lines sum to ${saved}, saved says ${receipt.saved}`,
    toNano(receipt.baseline.cost) - toNano(receipt.actual) === toNano(receipt.saved)
      ? null
      : 'saved is not baseline minus actual',
    ...[receipt.baselines?.tenant, receipt.baselines?.task].map((against) =>
      !against || toNano(against.cost) - toNano(receipt.actual) === toNano(against.saved)
        ? null
        : `saved against ${against.model} is not its cost minus actual`,
    ),
    attempts === toNano(receipt.actual) ? null : `the attempts cost ${attempts}, actual says ${receipt.actual}`,
  ].filter((fault) => fault !== null);
  if (faults.length > 0) throw new Error(`a receipt does not add up: ${faults.join('; ')}`);
};

export interface Books {
  readonly jobs: bigint;
  readonly budgets: bigint;
  readonly jobEntries: bigint;
  readonly budgetEntries: bigint;
  readonly receipts: bigint;
  readonly corrections: bigint;
  readonly held: bigint;
  readonly openHolds: bigint;
  readonly brokenScopes: bigint;
}

/** Every sum of money that the database holds, read in one statement. */
export const readBooks = async (db: TestDatabase): Promise<Books> => {
  const rows = await db.query<Record<keyof Books, string>>(`
    SELECT (SELECT coalesce(sum(spent + over), 0) FROM job) AS jobs,
           (SELECT coalesce(sum(spent + over), 0) FROM budget) AS budgets,
           (SELECT coalesce(sum(nanos), 0) FROM entry WHERE job_id IS NOT NULL) AS "jobEntries",
           (SELECT coalesce(sum(nanos), 0) FROM entry WHERE budget_id IS NOT NULL) AS "budgetEntries",
           (SELECT coalesce(round(sum((body ->> 'actual')::numeric) * 1e9), 0) FROM receipt) AS receipts,
           (SELECT coalesce(sum(e.nanos), 0) FROM entry e JOIN receipt r ON r.job_id = e.job_id AND e.id > r.last_entry) AS corrections,
           (SELECT coalesce(sum(held), 0) FROM job) AS held,
           (SELECT count(*) FROM hold WHERE state = 'held') AS "openHolds",
           (SELECT count(*) FROM budget WHERE spent + held > cap) + (SELECT count(*) FROM job WHERE spent + held > cap) AS "brokenScopes"`);
  const row = rows[0];
  if (row === undefined) throw new Error('no books');
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, BigInt(value)])) as unknown as Books;
};

/** The database agrees with itself: scopes with entries, receipts and their corrections with both, and no scope is past its cap. */
export const assertBooksAgree = (books: Books): void => {
  const { jobs, budgets, jobEntries, budgetEntries, receipts, corrections } = books;
  const faults = [
    jobs === jobEntries ? null : `jobs say ${jobs}, their entries ${jobEntries}`,
    budgets === budgetEntries ? null : `budgets say ${budgets}, their entries ${budgetEntries}`,
    jobs === budgets ? null : `jobs say ${jobs}, budgets ${budgets}`,
    receipts + corrections === jobs ? null : `receipts say ${receipts} and corrections ${corrections}, jobs ${jobs}`,
    books.brokenScopes === 0n ? null : `${books.brokenScopes} scopes are past their cap`,
  ].filter((fault) => fault !== null);
  if (faults.length > 0) throw new Error(`the books do not agree: ${faults.join('; ')}`);
};

interface BilledAttempt {
  readonly id: string;
  readonly state: string;
  readonly actual: string;
}

/**
 * The ledger against the provider's own invoice, call by call: what was settled was billed to the nano-dollar, what is unknown stands at no
 * less than the bill, what was released was not billed, and nothing was billed that was not written down before.
 */
export const assertInvoiceAgrees = async (db: TestDatabase, invoice: readonly InvoiceLine[]): Promise<void> => {
  const attempts = new Map(
    (
      await db.query<BilledAttempt>(
        'SELECT a.id, h.state, coalesce(h.actual, h.nanos)::text AS actual FROM attempt a JOIN hold h ON h.id = a.id',
      )
    ).map((row) => [row.id, row]),
  );
  const faults: string[] = [];
  const billed = new Map<string, bigint>();
  for (const line of invoice.filter((one) => one.billed)) {
    const id = line.clientRequestId ?? '';
    billed.set(id, (billed.get(id) ?? 0n) + BigInt(line.nano));
    if (!attempts.has(id)) faults.push(`call ${line.n} was billed without an attempt`);
  }
  for (const [id, { state, actual }] of attempts) {
    const bill = billed.get(id) ?? 0n;
    if (state === 'settled' && BigInt(actual) !== bill)
      faults.push(`attempt ${id} settled ${actual}, was billed ${bill}`);
    if (state === 'released' && bill !== 0n) faults.push(`attempt ${id} was released and billed ${bill}`);
    if (state === 'unknown' && BigInt(actual) < bill)
      faults.push(`attempt ${id} stands at ${actual}, was billed ${bill}`);
  }
  if (faults.length > 0) throw new Error(`ledger and invoice differ: ${faults.slice(0, 5).join('; ')}`);
};
