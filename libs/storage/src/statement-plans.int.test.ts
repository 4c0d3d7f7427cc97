import { uuidv7 } from '@winnow/kernel';
import { rung, stockDatabase, type StockedDatabase } from '@winnow/testing/stocked-database';
import type { Sql } from './database';
import { createClaims } from './claims';
import { readMoneyGauges } from './gauges';
import { createJobs } from './jobs';
import { createLedger } from './ledger';
import { createOutbox } from './outbox';
import { createPurge } from './purge';
import type { TenantId } from './tenant-id';
import { createUpkeep } from './upkeep';

const many = 20_000;
const growing = ['job', 'attempt', 'hold', 'part', 'entry', 'event', 'receipt', 'outbox'];

/**
 * A process keeps its plans while the tables grow under it from nothing to millions of rows. What it has planned on empty tables must not
 * read them whole.
 */
describe('statements planned on empty tables', () => {
  let stock: StockedDatabase;
  let tenant: TenantId;
  beforeAll(async () => {
    stock = await stockDatabase();
    tenant = await stock.addTenant({ dayCap: 10n ** 15n });
  });
  afterAll(() => stock.close());

  const openings = (jobs: readonly string[], budget: bigint) =>
    jobs.map((job) => ({
      attempt: uuidv7(),
      job,
      fence: 1,
      provider: rung.provider,
      model: rung.model,
      lane: 'direct',
      price: rung.price.id,
      requestHash: 'h',
      maxTokens: 10,
      nanos: '1000',
      budgets: [String(budget)],
      shares: [{ job, fence: 1, nanos: '1000' }],
    }));
  const moves = (jobs: readonly string[]) =>
    jobs.map((job) => ({
      job,
      fence: 1,
      from: ['running'],
      state: 'succeeded',
      booked: '400',
      receipt: { id: uuidv7(), body: {} },
      events: [{ kind: 'state', data: {} }],
      result: {},
      queue: null,
    }));

  const passThrough = async (sql: Sql, jobs: readonly string[], budget: bigint): Promise<void> => {
    const asked = openings(jobs, budget);
    await sql.query('SELECT * FROM open_holds($1)', [JSON.stringify(asked)]);
    const closings = asked.map(({ attempt }) => ({ hold: attempt, kind: 'settled', nanos: '400', outcome: 'ok' }));
    await sql.query('SELECT * FROM close_holds($1)', [JSON.stringify(closings)]);
    await sql.query('SELECT * FROM move_jobs($1)', [JSON.stringify(moves(jobs))]);
  };
  const running = (count: number) => stock.addJobs(tenant, count, { state: 'running', fence: 1, worker_id: uuidv7() });
  const rowsRead = async (sql: Sql): Promise<Map<string, bigint>> => {
    const rows = await sql.query<{ relname: string; read: bigint }>(
      'SELECT relname, seq_tup_read + coalesce(idx_tup_fetch, 0) AS read FROM pg_stat_xact_user_tables WHERE relname = ANY ($1)',
      [growing],
    );
    return new Map(rows.map(({ relname, read }) => [relname, read]));
  };
  /** The tables of which the statement reads more than it could have business with. */
  const readWholeBy = async (sql: Sql, statement: () => Promise<unknown>): Promise<string[]> => {
    const before = await rowsRead(sql);
    await statement();
    const after = await rowsRead(sql);
    return growing.filter((table) => (after.get(table) ?? 0n) - (before.get(table) ?? 0n) > 3_000n);
  };
  const grow = async (): Promise<void> => {
    const ids = `(SELECT array_agg(id) FROM (SELECT id FROM job WHERE state = 'succeeded') s)`;
    for (let i = 0; i < many / 5_000; i += 1)
      await stock.addJobs(tenant, 5_000, { state: 'succeeded', fence: 1, worker_id: null });
    await stock.query(
      `INSERT INTO attempt (id, job_id, n, fence, provider, model, lane, price_id, request_hash, max_tokens, sent_at)
       SELECT id, id, 99, 1, 'p', 'm', 'direct', $1, 'h', 1, now() FROM unnest(${ids}) id`,
      [rung.price.id],
    );
    await stock.query(
      `INSERT INTO hold (id, nanos, state, look_at) SELECT id, 1, 'settled', now() FROM unnest(${ids}) id`,
    );
    await stock.query(`INSERT INTO part (hold_id, job_id, nanos, actual) SELECT id, id, 1, 1 FROM unnest(${ids}) id`);
    await stock.query(
      `INSERT INTO entry (kind, hold_id, job_id, nanos, price_id) SELECT 'settled', id, id, 1, $1 FROM unnest(${ids}) id`,
      [rung.price.id],
    );
    await stock.query(`INSERT INTO event (job_id, n, kind, data) SELECT id, 99, 'state', '{}' FROM unnest(${ids}) id`);
  };

  test('find their rows by key when there are many', async () => {
    const [{ budget_id: budget } = { budget_id: 0n }] = await stock.query<{ budget_id: bigint }>(
      'SELECT budget_id FROM open_windows($1, NULL, NULL, NULL)',
      [tenant],
    );
    const { beat } = stock.db;
    for (let i = 0; i < 7; i += 1) await passThrough(beat, await running(2), budget);
    await grow();
    const jobs = await running(64);
    await beat.query('BEGIN');
    const whole = await readWholeBy(beat, () => passThrough(beat, jobs, budget));
    await beat.query('COMMIT');
    expect(whole).toEqual([]);
    expect((await stock.jobOf(jobs[0] ?? '')).state).toBe('succeeded');
  }, 30_000);

  test('so do the claims, the last gate, the relay and the keeper', async () => {
    const fewQueued = await stock.addJobs(tenant, 64, { path: 'fulfil' });
    await stock.query(`UPDATE job SET look_at = now() - interval '1 minute' WHERE id = ANY ($1)`, [
      fewQueued.slice(32),
    ]);
    await stock.query(
      `INSERT INTO outbox (queue, tenant_id, ref, hint) SELECT 'executions', $1, gen_random_uuid(), 1 FROM generate_series(1, ${many})`,
      [tenant],
    );
    await stock.query('ANALYZE job, outbox');
    const read = await stock.db.transaction(async (sql) => {
      const db = { rest: sql, ledger: sql, transaction: <Out>(work: (inner: Sql) => Promise<Out>) => work(sql) };
      const upkeep = createUpkeep(db);
      const statements = {
        overdue: async () => upkeep.hintAgain(await upkeep.overdue()),
        claims: () => Promise.all(fewQueued.slice(0, 32).map(createClaims(sql, 'fulfil', uuidv7, 1_000).take)),
        markSent: () => createLedger(sql).markSent(uuidv7()),
        looseEnds: upkeep.looseEnds,
        unpark: upkeep.unpark,
        reap: () => upkeep.reap(0),
        giveBack: () => upkeep.giveBack([uuidv7()]),
        hintAllAgain: upkeep.hintAllAgain,
        purge: createPurge(sql),
        lowScores: () => createJobs(sql).list(tenant, { scoreUnder: 0.5 }, { limit: 50, order: 'desc' }),
        gauges: () => readMoneyGauges(sql),
        relay: () => createOutbox(db).relay('executions', 200, async () => undefined),
      };
      const wholes: Record<string, string[]> = {};
      for (const [name, run] of Object.entries(statements)) {
        const whole = await readWholeBy(sql, run);
        if (whole.length > 0) wholes[name] = whole;
      }
      return wholes;
    });
    expect(read).toEqual({});
  });
});
