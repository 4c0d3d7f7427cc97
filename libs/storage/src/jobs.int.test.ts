import { uuidv7 } from '@winnow/kernel';
import { aHoldRequest, stockDatabase, type StockedDatabase } from '@winnow/testing/stocked-database';
import { createJobs, type JobFilter } from './jobs';
import { createJournal } from './journal';
import { createLedger } from './ledger';
import { createReceipts } from './receipts';
import type { TenantId } from './tenant-id';

const day = (n: number): Date => new Date(Date.UTC(2026, 0, n));

describe('reading jobs', () => {
  let stock: StockedDatabase;
  let tenant: TenantId;
  let stranger: TenantId;
  let ids: string[];
  const jobs = () => createJobs(stock.db.rest);
  const oldest = uuidv7();

  beforeAll(async () => {
    stock = await stockDatabase();
    [tenant, stranger] = [await stock.addTenant(), await stock.addTenant()];
    const batch = uuidv7();
    await stock.query(`INSERT INTO batch (id, tenant_id, task, state, cap) VALUES ($1, $2, 't', 'running', 1)`, [
      batch,
      tenant,
    ]);
    const variants = [
      { id: oldest },
      { state: 'running', task: 'product.analyse' },
      { state: 'succeeded', lane: 'direct', model: 'mini', score: 0.5, spent: 40n, over: 2n },
      { state: 'succeeded', lane: 'packed', model: 'large', score: 0.9, spent: 41n },
      { state: 'failed', error: { code: 'provider-failed', message: 'm' } },
      { metadata: { sku: 'B07-1', shelf: 'a' } },
      { metadata: { sku: 'B07-2' } },
      { batch_id: batch },
      { retry_of: oldest },
    ] as const;
    ids = [];
    for (const [i, columns] of variants.entries())
      ids.push(...(await stock.addJobs(tenant, 1, { created_at: day(i + 1), ...columns })));
    await stock.addJobs(stranger, 3, { state: 'succeeded', lane: 'direct', model: 'mini', spent: 40n });
    filters.find(([name]) => name === 'a batch')?.splice(1, 1, { batch });
  });
  afterAll(() => stock.close());

  const everything = { limit: 100, order: 'asc' } as const;
  const filters: [string, JobFilter, number[]][] = [
    ['nothing', {}, [0, 1, 2, 3, 4, 5, 6, 7, 8]],
    ['states', { states: ['running', 'failed'] }, [1, 4]],
    ['no state at all', { states: [] }, []],
    ['a task', { task: 'product.analyse' }, [1]],
    ['a lane', { lane: 'packed' }, [3]],
    ['a model', { model: 'mini' }, [2]],
    ['an error', { error: 'provider-failed' }, [4]],
    ['a batch', {}, [7]],
    ['the job it is a retry of', { retryOf: oldest }, [8]],
    ['its age', { createdAfter: day(3), createdBefore: day(6) }, [3, 4]],
    ['what it cost, with what was billed beyond its holds', { costOver: 41n }, [2]],
    ['a poor score', { scoreUnder: 0.9 }, [2]],
    ['one word of its metadata', { metadata: { sku: 'B07-1' } }, [5]],
    ['several words of its metadata', { metadata: { sku: 'B07-1', shelf: 'b' } }, []],
    ['several things at once', { states: ['succeeded'], lane: 'direct', scoreUnder: 0.6 }, [2]],
    [`what would be SQL`, { task: `'; DROP TABLE job; --` }, []],
  ];
  test.each(filters)('are found by %s, and only those of the tenant', async (_, filter, found) => {
    const rows = await jobs().list(tenant, filter, everything);
    expect(rows.map(({ id }) => ids.indexOf(id))).toEqual(found);
  });

  test.each(['asc', 'desc'] as const)('page by page %s, none twice and none missed', async (order) => {
    const seen: string[] = [];
    for (let after: string | undefined, pages = 0; pages < 9; pages += 1) {
      const rows = await jobs().list(tenant, {}, { limit: 2, order, after });
      expect(rows.length).toBeLessThanOrEqual(3);
      seen.push(...rows.slice(0, 2).map(({ id }) => id));
      // rows that come meanwhile do not shift the pages
      if (order === 'desc' && pages === 1) await stock.addJobs(tenant, 1);
      if (rows.length < 3) break;
      after = rows[1]?.id;
    }
    expect(seen).toEqual(order === 'asc' ? ids : ids.toReversed());
  });

  test('one by its id, for its own tenant', async () => {
    expect(await jobs().get(tenant, ids[2] ?? '')).toMatchObject({
      id: ids[2],
      spent: 40n,
      over: 2n,
      receipt_id: null,
    });
    expect(await jobs().get(stranger, ids[2] ?? '')).toBeNull();
    expect(await jobs().get(tenant, uuidv7())).toBeNull();
  });

  test('those that wait are counted no further than asked for', async () => {
    const waiting = Number(
      (await stock.query<{ n: bigint }>(`SELECT count(*) AS n FROM job WHERE state = 'queued'`))[0]?.n,
    );
    expect(waiting).toBeGreaterThan(3);
    expect(await jobs().countQueued(100)).toBe(waiting);
    expect(await jobs().countQueued(3)).toBe(3);
  });

  describe('a receipt', () => {
    const bill = {
      outcome: 'ok',
      providerId: null,
      modelResolved: null,
      tokens: null,
      estimated: false,
      answer: null,
      ms: 1,
    };

    test('is final when no hold of its job is open; what is booked later is a correction', async () => {
      const receipts = createReceipts(stock.db.rest);
      const ledger = createLedger(stock.db.ledger);
      const [job = ''] = await stock.addJobs(tenant, 1, { state: 'running', fence: 1, worker_id: uuidv7() });
      const [early, late] = [aHoldRequest(tenant, job, 100n), aHoldRequest(tenant, job, 200n)];
      for (const request of [early, late]) await ledger.openHold(request);
      await ledger.closeHold({ attempt: early.attempt, kind: 'settled', nanos: 60n, ...bill });
      const receipt = { id: uuidv7(), body: { actual: '0.00000006' } } as never;
      const end = {
        job,
        fence: 1,
        from: ['running' as const],
        state: 'succeeded' as const,
        booked: 60n,
        receipt,
        events: [],
      };
      expect(await createJournal(stock.db.rest).move(end)).toBe('moved');

      expect(await receipts.ofJob(tenant, job)).toMatchObject({
        final: false,
        corrections: [],
        body: { actual: '0.00000006' },
      });
      await ledger.closeHold({ attempt: late.attempt, kind: 'settled', nanos: 250n, ...bill });
      expect(await receipts.ofJob(tenant, job)).toMatchObject({
        final: true,
        corrections: [{ attempt: late.attempt, kind: 'settled', nanos: 250n, at: expect.any(Date) }],
      });
      expect(await receipts.ofJob(stranger, job)).toBeNull();
      expect(await receipts.ofJob(tenant, ids[0] ?? '')).toBeNull();
      expect(await receipts.attemptsOf(stranger, job)).toBeNull();
      expect(await receipts.attemptsOf(tenant, ids[0] ?? '')).toEqual([]);
      expect(await receipts.attemptsOf(tenant, job)).toMatchObject([
        { n: 1, state: 'settled', held: 100n, actual: 60n },
        { n: 2, state: 'settled', held: 200n, actual: 250n },
      ]);
    });
  });
});
