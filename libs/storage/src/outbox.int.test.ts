import { uuidv7 } from '@winnow/kernel';
import { stockDatabase, type StockedDatabase } from '@winnow/testing/stocked-database';
import { createOutbox, type HintRow } from './outbox';
import type { TenantId } from './tenant-id';

describe('the relay', () => {
  let stock: StockedDatabase;
  beforeAll(async () => {
    stock = await stockDatabase();
  });
  beforeEach(() => stock.query('DELETE FROM outbox'));
  afterAll(() => stock.close());

  const put = (tenant: TenantId, count: number, but: { queue?: string; priority?: number } = {}) =>
    stock.query(
      `INSERT INTO outbox (queue, tenant_id, priority, ref, hint) SELECT $1, $2, $3, gen_random_uuid(), 1 FROM generate_series(1, $4)`,
      [but.queue ?? 'executions', tenant, but.priority ?? 0, count],
    );
  const tenantOf = async (): Promise<Map<string, string>> =>
    new Map(
      (await stock.query<{ ref: string; tenant_id: string }>('SELECT ref, tenant_id FROM outbox')).map((row) => [
        row.ref,
        row.tenant_id,
      ]),
    );
  const outbox = () => createOutbox(stock.db);
  const collect = (into: HintRow[]) => async (rows: readonly HintRow[]) => void into.push(...rows);

  test('takes turns over tenants: ten rows do not wait behind ten thousand', async () => {
    const [many, few] = [await stock.addTenant(), await stock.addTenant()];
    await put(many, 10_000);
    await put(few, 10);
    const owner = await tenantOf();
    const sent: HintRow[] = [];
    await outbox().relay('executions', 100, collect(sent));
    const owners = sent.map(({ ref }) => owner.get(ref));
    expect(owners.filter((tenant) => tenant === few)).toHaveLength(10);
    expect(owners.slice(0, 20).filter((tenant) => tenant === few)).toHaveLength(10);
    expect(sent.length).toBeLessThanOrEqual(100);
  });

  test('with more tenants than room, who waits longest comes first, and everyone comes', async () => {
    const tenants = await Promise.all(Array.from({ length: 30 }, () => stock.addTenant()));
    for (const tenant of tenants.toReversed()) await put(tenant, 2);
    const owner = await tenantOf();
    const rounds: (string | undefined)[][] = [];
    for (let round = 0; round < 6; round += 1) {
      const sent: HintRow[] = [];
      await outbox().relay('executions', 10, collect(sent));
      rounds.push(sent.map(({ ref }) => owner.get(ref)));
    }
    expect(rounds.map((round) => round.length)).toEqual([10, 10, 10, 10, 10, 10]);
    expect(rounds[0]).toEqual(tenants.toReversed().slice(0, 10));
    expect(await stock.query('SELECT 1 FROM outbox')).toEqual([]);
  });

  test('inside a tenant by priority, then by age', async () => {
    const tenant = await stock.addTenant();
    await put(tenant, 3);
    await put(tenant, 2, { priority: 9 });
    const rows = await stock.query<{ ref: string }>('SELECT ref FROM outbox ORDER BY priority DESC, id');
    const sent: HintRow[] = [];
    await outbox().relay('executions', 4, collect(sent));
    expect(sent.map(({ ref }) => ref)).toEqual(rows.slice(0, 4).map(({ ref }) => ref));
  });

  test('of one queue, and never more than there is room for', async () => {
    const tenant = await stock.addTenant();
    await put(tenant, 30);
    await put(tenant, 5, { queue: 'analyses' });
    const sent: HintRow[] = [];
    expect(await outbox().relay('executions', 7, collect(sent))).toBe(7);
    expect(sent).toHaveLength(7);
    expect(await outbox().relay('analyses', 500, collect(sent))).toBe(5);
    expect(await outbox().relay('analyses', 500, collect(sent))).toBe(0);
    expect(await outbox().depth(100)).toBe(23);
    expect(await outbox().depth(10)).toBe(10);
  });

  test('several at once send every row once and lose none', async () => {
    const tenants = await Promise.all([1, 2, 3].map(() => stock.addTenant()));
    for (const tenant of tenants) await put(tenant, 400);
    const owner = await tenantOf();
    const sent: HintRow[] = [];
    const keeper = async (): Promise<void> => {
      for (let idle = 0; idle < 3;) idle = (await outbox().relay('executions', 50, collect(sent))) === 0 ? idle + 1 : 0;
    };
    await Promise.all([1, 2, 3, 4].map(keeper));
    for (let left = 1; left > 0;) left = await outbox().relay('executions', 500, collect(sent));
    expect(sent).toHaveLength(1_200);
    expect(new Set(sent.map(({ ref }) => ref))).toEqual(new Set(owner.keys()));
  });

  test('what could not be sent stays, and goes out with the next', async () => {
    await put(await stock.addTenant(), 3);
    const failing = outbox().relay('executions', 10, async () => {
      throw new Error('Redis is away');
    });
    await expect(failing).rejects.toThrow('Redis is away');
    const sent: HintRow[] = [];
    expect(await outbox().relay('executions', 10, collect(sent))).toBe(3);
  });

  test('a connection that the server ends while Redis is slow costs a repeat, not the process', async () => {
    await put(await stock.addTenant(), 2);
    const sent: HintRow[] = [];
    const relaying = outbox().relay('executions', 10, async (rows) => {
      await collect(sent)(rows);
      await stock.db.beat.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle in transaction'`,
      );
      // the end of the connection has to arrive while no statement is under way
      await stock.db.beat.query('SELECT pg_sleep(0.1)');
    });
    await expect(relaying).rejects.toThrow();
    expect(await outbox().relay('executions', 10, collect(sent))).toBe(2);
    expect(new Set(sent.map(({ ref }) => ref)).size).toBe(2);
  });

  test('a row of a tenant that is not there any more is sent as well', async () => {
    await put(uuidv7() as TenantId, 1);
    expect(await outbox().relay('executions', 10, async () => undefined)).toBe(1);
  });
});
