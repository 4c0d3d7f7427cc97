import { uuidv7 } from '@winnow/kernel';
import { stockDatabase, type StockedDatabase } from '@winnow/testing/stocked-database';
import { createClaims } from './claims';
import type { TenantId } from './tenant-id';

describe('claiming', () => {
  let stock: StockedDatabase;
  let tenant: TenantId;
  beforeAll(async () => {
    stock = await stockDatabase();
    tenant = await stock.addTenant();
  });
  afterAll(() => stock.close());

  const worker = uuidv7();
  const claimsOf = (path: 'intake' | 'fulfil', by = worker) => createClaims(stock.db.rest, path, () => by, 30_000);
  const aJob = async (columns = {}): Promise<string> => (await stock.addJobs(tenant, 1, columns))[0] ?? '';

  test('a claim that waited begins its time anew, unless the row is another’s by now', async () => {
    const id = await aJob({ path: 'fulfil' });
    const job = await claimsOf('fulfil').take(id);
    await stock.query(`UPDATE job SET run_until = now() - interval '1 second' WHERE id = $1`, [id]);
    expect(await claimsOf('fulfil').renew({ id, fence: job?.fence ?? 0 })).toBe(true);
    const [row] = await stock.query<{ ahead: boolean }>(
      `SELECT run_until > now() + interval '29 seconds' AS ahead FROM job WHERE id = $1`,
      [id],
    );
    expect(row?.ahead).toBe(true);
    expect(await claimsOf('fulfil').renew({ id, fence: (job?.fence ?? 0) - 1 })).toBe(false);
  });

  test('for fulfil: the row runs, under a higher fence, for as long as the lease says, and its stream is told', async () => {
    const id = await aJob({ path: 'fulfil', fence: 4, runs: 2, deaths: 1, attempts: 3 });
    expect(await claimsOf('fulfil').take(id)).toMatchObject({
      id,
      tenantId: tenant,
      state: 'running',
      fence: 5,
      runs: 3,
      deaths: 1,
      attempts: 3,
      cap: 50_000_000n,
      task: 'review.sentiment',
      input: { text: 'Great sound, poor battery' },
      baselineModel: 'gpt-4o',
      deadlinePassed: false,
    });
    expect(await stock.jobOf(id)).toMatchObject({ state: 'running', worker_id: worker, fence: 5, events: 1 });
    const [lease] = await stock.query('SELECT run_until - now() BETWEEN $2 AND $3 AS fits FROM job WHERE id = $1', [
      id,
      '28 s',
      '31 s',
    ]);
    expect(lease).toEqual({ fits: true });
    expect(await stock.query('SELECT n, kind, data FROM event WHERE job_id = $1', [id])).toEqual([
      { n: 1, kind: 'state', data: { state: 'running', at: expect.any(String) } },
    ]);
  });

  test('for intake: the row is held and stays queued, and nothing is told', async () => {
    const id = await aJob();
    expect(await claimsOf('intake').take(id)).toMatchObject({ state: 'queued', fence: 1 });
    expect(await stock.jobOf(id)).toMatchObject({ state: 'queued', worker_id: worker, events: 0 });
  });

  test.each([
    ['is at another path', { path: 'fulfil' }],
    ['runs', { state: 'running' }],
    ['is parked', { state: 'parked' }],
    ['is being stopped', { state: 'canceling' }],
    ['is done', { state: 'succeeded' }],
    ['is held by another worker', { worker_id: uuidv7() }],
  ])('not a row that %s', async (_, columns) => {
    const id = await aJob({ fence: 3, ...columns });
    expect(await claimsOf('intake').take(id)).toBeNull();
    expect((await stock.jobOf(id)).fence).toBe(3);
  });

  test('not a row that nobody knows', async () => expect(await claimsOf('intake').take(uuidv7())).toBeNull());

  test('says when the deadline has passed', async () => {
    const id = await aJob({ deadline_at: new Date(Date.now() - 1_000) });
    expect(await claimsOf('intake').take(id)).toMatchObject({ deadlinePassed: true });
  });

  test('a claim whose answer was lost is had again by the same worker, under a higher fence, and by no other', async () => {
    for (const path of ['intake', 'fulfil'] as const) {
      const id = await aJob({ path });
      const first = await claimsOf(path).take(id);
      expect(await claimsOf(path).take(id)).toBeNull();
      expect(await claimsOf(path, uuidv7()).retake(id)).toBeNull();
      expect((await claimsOf(path).retake(id))?.fence).toBe((first?.fence ?? 0) + 1);
    }
  });

  test('one of many claimers wins each row, also of those that share a statement', async () => {
    const ids = await stock.addJobs(tenant, 50, { path: 'fulfil' });
    const processes = [1, 2, 3, 4].map(() => claimsOf('fulfil', uuidv7()));
    const taken = await Promise.all(
      processes.flatMap((claims, i) => {
        const order = i % 2 === 0 ? ids : ids.toReversed();
        return order.map((id) => claims.take(id));
      }),
    );
    const won = taken.flatMap((job) => job?.id ?? []);
    expect(won).toHaveLength(50);
    expect(new Set(won).size).toBe(50);
    expect(await stock.query('SELECT DISTINCT fence, runs, events FROM job WHERE id = ANY ($1)', [ids])).toEqual([
      { fence: 1, runs: 1, events: 1 },
    ]);
  });
});
