import type { BudgetEntryOut, BudgetOut } from '@winnow/contracts';
import { encodeId, printUsd } from '@winnow/kernel';
import type { BudgetRow, EntryRow } from '@winnow/storage';
import { printScope } from './scope-id';

const signed = (nanos: bigint): string => (nanos < 0n ? `-${printUsd(-nanos)}` : printUsd(nanos));

export const presentBudget = (row: BudgetRow): BudgetOut => {
  const isCounted = row.cap !== null;
  const sum = (nanos: bigint): string | null => (isCounted ? printUsd(nanos) : null);
  const forEver = row.kind === 'batch';
  return {
    object: 'budget',
    scope: printScope(row),
    cap: row.cap === null ? null : printUsd(row.cap),
    spent: sum(row.spent),
    held: sum(row.held),
    over: sum(row.over),
    left: row.left === null || !isCounted ? null : printUsd(row.left),
    opensAt: forEver ? null : row.opens_at.toISOString(),
    closesAt: forEver ? null : row.closes_at.toISOString(),
    next:
      row.next_cap === null || row.next_from === null
        ? null
        : { cap: printUsd(row.next_cap), from: row.next_from.toISOString() },
    parked: row.parked,
  };
};

export const presentRequestCap = (cap: bigint): BudgetOut => ({
  object: 'budget',
  scope: 'request',
  cap: printUsd(cap),
  spent: null,
  held: null,
  over: null,
  left: null,
  opensAt: null,
  closesAt: null,
  next: null,
  parked: 0,
});

export const presentEntry = (row: EntryRow): BudgetEntryOut => ({
  object: 'entry',
  id: String(row.id),
  at: row.at.toISOString(),
  kind: row.kind,
  attempt: encodeId('att', row.hold_id),
  job: encodeId('job', row.job_id),
  amount: signed(row.nanos),
});
