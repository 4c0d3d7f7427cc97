import { uuidv7 } from '@winnow/kernel';
import { rung, stockDatabase, type StockedDatabase } from '@winnow/testing/stocked-database';
import { createPurge } from './purge';
import type { TenantId } from './tenant-id';

const minute = 60_000;
const ago = (ms: number): Date => new Date(Date.now() - ms);

describe('the purge', () => {
  let stock: StockedDatabase;
  let tenant: TenantId;
  let purge: () => Promise<void>;
  beforeAll(async () => {
    stock = await stockDatabase();
    tenant = await stock.addTenant();
    purge = createPurge(stock.db.rest);
  });
  afterAll(() => stock.close());

  test('purges keys, events and workers after their time, however many, and nothing else', async () => {
    const [old, fresh] = [uuidv7(ago(8 * 86_400_000)), uuidv7()];
    const put = async (id: string, at: Date, count: number): Promise<void> => {
      await stock.query(
        `INSERT INTO idempotency (tenant_id, route, key, print, ref, at) SELECT $1, 'r', $2::uuid || '-' || n, 'p', $2::uuid, $3 FROM generate_series(1, $4) n`,
        [tenant, id, at, count],
      );
      await stock.query(
        `INSERT INTO event (job_id, n, kind, data, at) SELECT $1, n, 'state', '{}', $2 FROM generate_series(1, $3) n`,
        [id, at, count],
      );
      await stock.query(`INSERT INTO worker (id, app, host, pid, gone_at) VALUES ($1, 'x', 'h', 1, $2)`, [id, at]);
    };
    await put(old, ago(8 * 86_400_000), 11_000);
    await put(fresh, ago(1_000), 3);
    // an old job that still tells something
    await stock.query(`INSERT INTO event (job_id, n, kind, data) VALUES ($1, 20000, 'state', '{}')`, [old]);
    await purge();
    const left = async (statement: string) => (await stock.query<{ n: bigint }>(statement, [[old, fresh]]))[0]?.n;
    expect(await left('SELECT count(*) AS n FROM idempotency WHERE ref = ANY ($1)')).toBe(3n);
    expect(await left('SELECT count(*) AS n FROM event WHERE job_id = ANY ($1)')).toBe(4n);
    expect(await left('SELECT count(*) AS n FROM worker WHERE id = ANY ($1)')).toBe(1n);
  });

  /** A job with an answer that was paid for so long ago. */
  const answered = async (count: number, paidMsAgo: number, columns: object): Promise<string[]> => {
    const jobs = await stock.addJobs(tenant, count, { fence: 1, worker_id: null, ...columns });
    const attempts = jobs.map(() => uuidv7(ago(paidMsAgo)));
    await stock.query(
      `INSERT INTO attempt (id, job_id, n, fence, provider, model, lane, price_id, request_hash, max_tokens, sent_at, answer, outcome)
       SELECT a, j, 1, 1, 'p', 'm', 'direct', $3, 'h', 1, now(), '{"label":"good"}', 'ok' FROM unnest($1::uuid[], $2::uuid[]) AS x (a, j)`,
      [attempts, jobs, rung.price.id],
    );
    return attempts;
  };
  const kept = async (attempts: readonly string[]): Promise<number> =>
    (await stock.query('SELECT 1 FROM attempt WHERE id = ANY ($1) AND answer IS NOT NULL', [attempts])).length;

  test('forgets the answers of jobs an hour after they ended, and of no others', async () => {
    const ended = { state: 'succeeded', ended_at: ago(61 * minute), result: { label: 'good' } } as const;
    const gone = await answered(2_500, 62 * minute, ended);
    const failed = await answered(1, 62 * minute, { state: 'failed', ended_at: ago(61 * minute) });
    const justEnded = await answered(1, 62 * minute, { state: 'succeeded', ended_at: ago(59 * minute) });
    const open = await answered(1, 62 * minute, { state: 'running' });
    await purge();
    expect(await Promise.all([gone, failed, justEnded, open].map(kept))).toEqual([0, 0, 1, 1]);
    const [row] = await stock.query(
      `SELECT j.result, a.outcome FROM attempt a JOIN job j ON j.id = a.job_id WHERE a.id = $1`,
      [gone[0]],
    );
    expect(row).toEqual({ result: { label: 'good' }, outcome: 'ok' });
  });
});
