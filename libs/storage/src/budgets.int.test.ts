import { uuidv7 } from '@winnow/kernel';
import { aHoldRequest, stockDatabase, type StockedDatabase } from '@winnow/testing/stocked-database';
import { createBudgetUpkeep } from './budget-upkeep';
import { createBudgets, type Budgets } from './budgets';
import { createLedger } from './ledger';
import type { TenantId } from './tenant-id';
import { createUpkeep } from './upkeep';
import { findWindows } from './windows';

const day = { kind: 'tenant-day', name: '' } as const;
const month = { kind: 'tenant-month', name: '' } as const;
const kim = { kind: 'end-user', name: 'kim' } as const;
const bill = {
  outcome: 'x',
  providerId: null,
  modelResolved: null,
  tokens: null,
  estimated: false,
  answer: null,
  ms: 1,
};

describe('budgets', () => {
  let stock: StockedDatabase;
  let budgets: Budgets;
  let tenant: TenantId;
  beforeAll(async () => {
    stock = await stockDatabase();
    budgets = createBudgets(stock.db.rest);
  });
  beforeEach(async () => {
    tenant = await stock.addTenant({ dayCap: 1_000n });
  });
  afterAll(() => stock.close());

  const running = async (columns = {}): Promise<string> =>
    (await stock.addJobs(tenant, 1, { state: 'running', path: 'fulfil', fence: 1, ...columns }))[0] ?? '';
  const ask = async (nanos: bigint, but: { endUser?: string; batchId?: string; source?: string } = {}) => {
    const { source, ...job } = but;
    const made = aHoldRequest(
      tenant,
      await running({ end_user: but.endUser ?? null, batch_id: but.batchId ?? null }),
      nanos,
    );
    return { ...made, source, job: { ...made.job, ...job } };
  };
  const spend = async (nanos: bigint, actual = nanos, but = {}) => {
    const ledger = createLedger(stock.db.ledger);
    const request = await ask(nanos, but);
    const verdict = await ledger.openHold(request);
    if (verdict.kind === 'granted')
      await ledger.closeHold({ attempt: request.attempt, kind: 'settled', nanos: actual, ...bill });
    return verdict;
  };

  describe('a hold', () => {
    test('takes every scope that applies, or none', async () => {
      await budgets.setCap(tenant, month, 500n, 'now');
      await budgets.setCap(tenant, kim, 100n, 'now');
      await budgets.setCap(tenant, { kind: 'source-day', name: 'gleif' }, 80n, 'now');
      expect(await spend(90n, 90n, { endUser: 'kim', source: 'gleif' })).toMatchObject({ scope: 'source-day:gleif' });
      expect(await budgets.get(tenant, month)).toMatchObject({ spent: 0n, held: 0n });
      expect(await spend(70n, 70n, { endUser: 'kim', source: 'gleif' })).toMatchObject({ kind: 'granted' });
      expect(await spend(40n, 40n, { endUser: 'kim' })).toMatchObject({ kind: 'over-budget', scope: 'end-user:kim' });
      expect(await spend(40n, 40n, { endUser: 'lee' })).toMatchObject({ kind: 'granted' });
      for (const scope of [day, month])
        expect(await budgets.get(tenant, scope)).toMatchObject({ spent: 110n, held: 0n });
      expect(await budgets.get(tenant, kim)).toMatchObject({ spent: 70n, left: 30n });
      expect(await spend(450n)).toMatchObject({ kind: 'over-budget', scope: 'tenant-month:' });
    });

    test('of a batch counts against its cap', async () => {
      const batch = uuidv7();
      await stock.query(`INSERT INTO batch (id, tenant_id, task, state, cap) VALUES ($1, $2, 't', 'running', 50)`, [
        batch,
        tenant,
      ]);
      expect(await spend(40n, 40n, { batchId: batch })).toMatchObject({ kind: 'granted' });
      expect(await spend(20n, 20n, { batchId: batch })).toMatchObject({ kind: 'over-budget', scope: `batch:${batch}` });
      await budgets.setCap(tenant, { kind: 'batch', name: batch }, 60n, 'now');
      expect(await spend(20n, 20n, { batchId: batch })).toMatchObject({ kind: 'granted' });
    });

    test('minds a cap that was set a moment ago by somebody else', async () => {
      const ledger = createLedger(stock.db.ledger);
      expect(await ledger.openHold(await ask(10n))).toMatchObject({ kind: 'granted' });
      await budgets.setCap(tenant, month, 5n, 'now');
      expect(await ledger.openHold(await ask(10n))).toMatchObject({ kind: 'over-budget', scope: 'tenant-month:' });
      await budgets.setCap(tenant, month, 50n, 'now');
      expect(await ledger.openHold(await ask(10n))).toMatchObject({ kind: 'granted' });
    });
  });

  describe('a cap', () => {
    test('under what is spent closes the window where it stands, and holds in full from the next', async () => {
      const ledger = createLedger(stock.db.ledger);
      const open = await ask(300n);
      await ledger.openHold(open);
      await spend(200n);
      await budgets.setCap(tenant, day, 100n, 'now');
      expect(await budgets.get(tenant, day)).toMatchObject({ cap: 500n, spent: 200n, held: 300n, left: 0n });
      await ledger.closeHold({ attempt: open.attempt, kind: 'released', nanos: 0n, ...bill });
      expect(await spend(1n)).toMatchObject({ kind: 'over-budget' });
      await stock.query(
        `UPDATE budget SET opens_at = opens_at - interval '1 day', closes_at = closes_at - interval '1 day' WHERE tenant_id = $1`,
        [tenant],
      );
      expect(await spend(101n)).toMatchObject({ kind: 'over-budget' });
      expect(await spend(100n)).toMatchObject({ kind: 'granted' });
    });

    test('from the next window leaves this one as it is', async () => {
      await spend(10n);
      await budgets.setCap(tenant, day, 5n, 'next');
      expect(await budgets.get(tenant, day)).toMatchObject({ cap: 1_000n, next_cap: 5n });
      await stock.query(
        `UPDATE budget SET opens_at = opens_at - interval '1 day', closes_at = closes_at - interval '1 day' WHERE tenant_id = $1`,
        [tenant],
      );
      await stock.query(`UPDATE budget_rule SET next_from = next_from - interval '1 day' WHERE tenant_id = $1`, [
        tenant,
      ]);
      expect(await spend(6n)).toMatchObject({ kind: 'over-budget' });
      expect(await budgets.get(tenant, day)).toMatchObject({ cap: 5n, next_cap: null });
    });

    test('that is raised sends out as many parked jobs as fit, oldest first', async () => {
      await spend(1_000n);
      const parked = await stock.addJobs(tenant, 10, { state: 'parked', parked_scope: 'tenant-day:', wants: 100n });
      const upkeep = createUpkeep(stock.db);
      expect(await upkeep.unpark()).toBe(0);
      expect(await budgets.setCap(tenant, day, 1_350n, 'now')).toBe(3);
      expect(await upkeep.unpark()).toBe(0);
      const rows = await stock.query<{ id: string }>(`SELECT id FROM job WHERE tenant_id = $1 AND state = 'queued'`, [
        tenant,
      ]);
      expect(rows.map(({ id }) => id).toSorted()).toEqual(parked.toSorted().slice(0, 3));
      expect(await budgets.countParked(tenant, 5)).toBe(5);
    });
  });

  test('parked jobs of many tenants come back in turns', async () => {
    const other = await stock.addTenant();
    await stock.addJobs(tenant, 600, { state: 'parked', parked_scope: 'tenant-day:', wants: 1n });
    await stock.addJobs(other, 10, { state: 'parked', parked_scope: 'tenant-day:', wants: 1n });
    await stock.query('SELECT * FROM resume_parked(NULL, $1, $2, 20)', ['00000000-0000-0000-0000-000000000000', '']);
    const rows = await stock.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM job WHERE state = 'queued' AND tenant_id = ANY ($1) GROUP BY tenant_id`,
      [[tenant, other]],
    );
    expect(rows).toEqual([{ n: 10 }, { n: 10 }]);
  });

  describe('windows', () => {
    const at = async (kind: string, zone: string, moment: string): Promise<[string, string, number]> => {
      const [row] = await stock.query<{ opens_at: Date; closes_at: Date }>('SELECT * FROM window_at($1, $2, $3)', [
        kind,
        zone,
        moment,
      ]);
      if (row === undefined) throw new Error('no window');
      const hours = (row.closes_at.getTime() - row.opens_at.getTime()) / 3_600_000;
      return [row.opens_at.toISOString(), row.closes_at.toISOString(), hours];
    };

    test.each([
      ['tenant-day', 'UTC', '2026-03-01T00:00:00Z', '2026-03-01T00:00:00.000Z', 24],
      ['tenant-day', 'Europe/Berlin', '2026-03-29T12:00:00Z', '2026-03-28T23:00:00.000Z', 23],
      ['tenant-day', 'Europe/Berlin', '2026-10-25T12:00:00Z', '2026-10-24T22:00:00.000Z', 25],
      ['tenant-day', 'Asia/Kathmandu', '2026-01-01T18:15:00Z', '2026-01-01T18:15:00.000Z', 24],
      ['tenant-day', 'Asia/Kathmandu', '2026-01-01T18:14:59.999Z', '2025-12-31T18:15:00.000Z', 24],
      ['tenant-month', 'Europe/Berlin', '2026-03-31T21:59:59Z', '2026-02-28T23:00:00.000Z', 31 * 24 - 1],
      ['tenant-month', 'America/New_York', '2026-02-10T00:00:00Z', '2026-02-01T05:00:00.000Z', 28 * 24],
    ])('%s in %s that holds %s opens %s', async (kind, zone, moment, opens, hours) => {
      const window = await at(kind, zone, moment);
      expect([window[0], window[2]]).toEqual([opens, hours]);
    });

    test('are made ten minutes ahead, once, with the cap to come', async () => {
      const upkeep = createBudgetUpkeep(stock.db.rest);
      const [{ id } = { id: 0n }] = (
        await findWindows(stock.db.rest, { tenant, endUser: null, batch: null, source: null })
      ).list;
      await upkeep.makeAhead();
      await stock.query(`UPDATE budget SET closes_at = date_trunc('day', now()) + interval '1 day' WHERE id = $1`, [
        id,
      ]);
      await budgets.setCap(tenant, day, 77n, 'next');
      await stock.query('SELECT make_windows_ahead($1, 500)', ['1 day']);
      await stock.query('SELECT make_windows_ahead($1, 500)', ['1 day']);
      const rows = await stock.query(
        'SELECT cap, opens_at > now() AS ahead FROM budget WHERE tenant_id = $1 ORDER BY opens_at',
        [tenant],
      );
      expect(rows).toEqual([
        { cap: 1_000n, ahead: false },
        { cap: 77n, ahead: true },
      ]);
    });
  });

  test('a window that is nearly spent is told of once at 80 and once at 95', async () => {
    const upkeep = createBudgetUpkeep(stock.db.rest);
    const told = async () =>
      (await upkeep.alert()).filter((alert) => alert.tenant === tenant).map(({ percent }) => percent);
    await spend(799n);
    expect(await told()).toEqual([]);
    await spend(1n);
    expect([await told(), await told()]).toEqual([[80], []]);
    await spend(150n);
    expect([await told(), await told()]).toEqual([[95], []]);
  });

  test('what is due is done by one of those who ask, and not again before its time', async () => {
    const { isDue } = createBudgetUpkeep(stock.db.rest);
    expect((await Promise.all([1, 2, 3].map(() => isDue('a', 60_000)))).filter(Boolean)).toHaveLength(1);
    expect(await isDue('a', 60_000)).toBe(false);
    expect(await isDue('b', 0)).toBe(true);
    expect(await isDue('b', 0)).toBe(true);
  });

  test('the entries of a scope, over all its windows, newest first', async () => {
    for (const nanos of [1n, 2n, 3n]) await spend(10n, nanos);
    const first = await budgets.entries(tenant, day, { limit: 1, order: 'desc' });
    expect(first.map(({ nanos }) => nanos)).toEqual([3n, 2n]);
    const rest = await budgets.entries(tenant, day, { limit: 5, order: 'desc', after: String(first[0]?.id) });
    expect(rest.map(({ nanos, kind }) => [nanos, kind])).toEqual([
      [2n, 'settled'],
      [1n, 'settled'],
    ]);
    expect(await budgets.entries(await stock.addTenant(), day, { limit: 5, order: 'desc' })).toEqual([]);
  });
});
