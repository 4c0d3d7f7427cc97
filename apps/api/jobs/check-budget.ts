import { Refusal } from '@winnow/contracts';
import { printUsd, type Nano } from '@winnow/kernel';
import type { TenantId } from '@winnow/storage';
import { showScope } from '../budgets/scope-id';
import type { ApiPorts } from '../ports';

export interface BudgetCheckPorts extends Pick<ApiPorts, 'budgets'> {
  readonly nowMs: () => number;
}

/** A submission as its budgets see it. */
export interface Spending {
  readonly tenant: TenantId;
  readonly endUser: string | null;
  readonly whenOver: 'park' | 'refuse';
  /** the worst case of the cheapest call; counted only where it is asked for */
  readonly cheapest: () => Promise<Nano>;
}

const mostParked = 100_000;
const freshMs = 1_000;
const mostTenants = 10_000;

const refuseForRoom = async ({ budgets }: BudgetCheckPorts, spending: Spending): Promise<void> => {
  const { tenant, endUser } = spending;
  const full = await budgets.findFull({ tenant, endUser, batch: null, source: null }, await spending.cheapest());
  if (full === null) return;
  const scope = showScope(full.scope);
  throw new Refusal('over-budget', `${scope} has no room for the cheapest way until ${full.closesAt.toISOString()}`, {
    scope,
    cap: printUsd(full.cap),
    spent: printUsd(full.spent),
    held: printUsd(full.held),
    resetsAt: full.closesAt.toISOString(),
  });
};

const refuseForParked = async ({ budgets }: BudgetCheckPorts, tenant: TenantId): Promise<void> => {
  const day = await budgets.get(tenant, { kind: 'tenant-day', name: '' });
  throw new Refusal('over-budget', `${mostParked} jobs wait for room in a budget already; nothing was stored`, {
    scope: 'tenant-day',
    cap: printUsd(day?.cap ?? 0n),
    spent: printUsd(day?.spent ?? 0n),
    held: printUsd(day?.held ?? 0n),
    resetsAt: day?.closes_at.toISOString() ?? null,
  });
};

/** Refuses what would not be parked and does not fit, and what could only be parked where too many are. */
export const createBudgetCheck = (at: BudgetCheckPorts) => {
  // Counted at most once a second a tenant: parking takes longer than that to fill what is left.
  const parked = new Map<TenantId, { readonly untilMs: number; readonly count: Promise<number> }>();
  const countParked = (tenant: TenantId): Promise<number> => {
    const known = parked.get(tenant);
    if (known !== undefined && known.untilMs > at.nowMs()) return known.count;
    if (parked.size >= mostTenants) parked.clear();
    const count = at.budgets.countParked(tenant, mostParked);
    parked.set(tenant, { untilMs: at.nowMs() + freshMs, count });
    count.catch(() => parked.delete(tenant));
    return count;
  };
  return async (spending: Spending): Promise<void> => {
    if (spending.whenOver === 'refuse') return refuseForRoom(at, spending);
    if ((await countParked(spending.tenant)) >= mostParked) await refuseForParked(at, spending.tenant);
  };
};
export type BudgetCheck = ReturnType<typeof createBudgetCheck>;
