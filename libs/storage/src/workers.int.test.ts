import { stockDatabase, type StockedDatabase } from '@winnow/testing/stocked-database';
import { createClaims } from './claims';
import type { TenantId } from './tenant-id';
import { createUpkeep } from './upkeep';
import { enrolWorker } from './workers';

describe('a worker process', () => {
  let stock: StockedDatabase;
  let tenant: TenantId;
  beforeAll(async () => {
    stock = await stockDatabase();
    tenant = await stock.addTenant();
  });
  afterAll(() => stock.close());

  const rowOf = async (id: string) =>
    (
      await stock.query(
        `SELECT app, slots, gone_at, now() - beat_at < interval '5 s' AS fresh FROM worker WHERE id = $1`,
        [id],
      )
    )[0];
  const claimedBy = async (worker: { id: () => string }, count = 1): Promise<string[]> => {
    const jobs = await stock.addJobs(tenant, count, { path: 'fulfil' });
    const claims = createClaims(stock.db.rest, 'fulfil', worker.id, 60_000);
    for (const taken of await Promise.all(jobs.map(claims.take))) expect(taken).not.toBeNull();
    return jobs;
  };

  test('is enrolled, and its beat keeps it alive', async () => {
    const worker = await enrolWorker(stock.db.beat, 'executor', 10);
    await stock.query(`UPDATE worker SET beat_at = now() - interval '1 minute' WHERE id = $1`, [worker.id()]);
    expect(await worker.beat()).toBe(true);
    expect(await rowOf(worker.id())).toEqual({ app: 'executor', slots: 10, gone_at: null, fresh: true });
    expect(await createUpkeep(stock.db).markGone(15_000)).toEqual([]);
  });

  test('that was taken for dead goes on under a new identity, and its old rows are not its own any more', async () => {
    const worker = await enrolWorker(stock.db.beat, 'executor', 10);
    const before = worker.id();
    const [job = ''] = await claimedBy(worker);
    await stock.query(`UPDATE worker SET beat_at = now() - interval '1 minute' WHERE id = $1`, [before]);
    const upkeep = createUpkeep(stock.db);
    await upkeep.giveBack(await upkeep.markGone(15_000));
    expect(await worker.beat()).toBe(false);
    expect(worker.id()).not.toBe(before);
    expect(await rowOf(worker.id())).toMatchObject({ gone_at: null, slots: 10 });
    expect(await stock.jobOf(job)).toMatchObject({ state: 'queued', worker_id: null, fence: 2, deaths: 1 });
    expect(await worker.beat()).toBe(true);
  });

  test('that cannot enrol again keeps an identity that the table knows', async () => {
    const worker = await enrolWorker(stock.db.beat, 'executor', 10);
    const before = worker.id();
    await stock.query('UPDATE worker SET gone_at = now() WHERE id = $1', [before]);
    await stock.query('ALTER TABLE worker ADD CONSTRAINT closed CHECK (false) NOT VALID');
    await expect(worker.beat()).rejects.toThrow();
    expect(worker.id()).toBe(before);
    await stock.query('ALTER TABLE worker DROP CONSTRAINT closed');
    expect(await worker.beat()).toBe(false);
  });

  test('that leaves politely gives its rows back at once, and nobody counts a death', async () => {
    const worker = await enrolWorker(stock.db.beat, 'executor', 10);
    const jobs = await claimedBy(worker, 20);
    const upkeep = createUpkeep(stock.db);
    // A keeper that looks all the while, and a row that is being written as the worker leaves.
    const leaving = new AbortController();
    const keeper = (async () => {
      while (!leaving.signal.aborted) await upkeep.giveBack([]);
    })();
    const writer = stock.db.transaction(async (sql) => {
      await sql.query('SELECT 1 FROM job WHERE id = $1 FOR UPDATE', [jobs[7]]);
      await sql.query('SELECT pg_sleep(0.2)');
    });
    await stock.query('SELECT pg_sleep(0.05)');
    await worker.leave();
    leaving.abort();
    await Promise.all([keeper, writer]);
    await upkeep.giveBack([]);
    const rows = await stock.query(
      'SELECT DISTINCT state, worker_id, deaths, fence, hint FROM job WHERE id = ANY ($1)',
      [jobs],
    );
    expect(rows).toEqual([{ state: 'queued', worker_id: null, deaths: 0, fence: 2, hint: 2 }]);
    expect(await rowOf(worker.id())).toMatchObject({ gone_at: expect.any(Date) });
  });
});
