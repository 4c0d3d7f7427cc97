import { randomBytes } from 'node:crypto';
import type { HoldRequest } from '@winnow/analysis';
import type { JobState } from '@winnow/contracts';
import { uuidv7 } from '@winnow/kernel';
import { asTenantId, createDatabase, type Database, type TenantId } from '@winnow/storage';
import { Redis } from 'ioredis';
import { aClaimedJob } from './a-claimed-job';
import { aRung } from './fake-catalogue';
import { cloneDatabase, type ClockKind } from './database';
import type { TestClock } from './shift-clock';

/** The columns of a job that a test sets; everything else is as for a job that was just accepted. */
export interface JobColumns {
  readonly id: string;
  readonly state: JobState;
  readonly path: 'intake' | 'fulfil';
  readonly fence: number;
  readonly cap: bigint;
  readonly worker_id: string | null;
  readonly [column: string]: unknown;
}

export interface Scope {
  readonly cap: bigint;
  readonly spent: bigint;
  readonly held: bigint;
  readonly over: bigint;
}

export interface StockedDatabase {
  readonly db: Database;
  readonly url: string;
  readonly clock: TestClock;
  readonly query: Database['rest']['query'];
  readonly addTenant: (columns?: { dayCap?: bigint; timeZone?: string }) => Promise<TenantId>;
  /** rows written as they are told, past every function: where a test begins */
  readonly addJobs: (tenant: TenantId, count: number, columns?: Partial<JobColumns>) => Promise<string[]>;
  readonly jobOf: (id: string) => Promise<Record<string, unknown>>;
  readonly dayOf: (tenant: TenantId) => Promise<Scope & { readonly id: bigint }>;
  /** how many deadlocks the server has broken up here: whoever met one may have repeated its statement in silence */
  readonly deadlocks: () => Promise<bigint>;
  readonly close: () => Promise<void>;
}

export const rung = aRung('openai/mini', 'light', '0.15', '0.60');

const freshRow = (tenant: TenantId, columns: Partial<JobColumns>): Record<string, unknown> => {
  const now = new Date();
  return {
    id: uuidv7(),
    tenant_id: tenant,
    task: 'review.sentiment',
    version: 1,
    input: { text: 'Great sound, poor battery' },
    input_hash: randomBytes(8).toString('hex'),
    floor: 0.8,
    deadline: '1h',
    avoid: [],
    priority: 0,
    when_over: 'park',
    strict: false,
    metadata: {},
    state: 'queued',
    path: 'intake',
    fence: 0,
    runs: 0,
    deaths: 0,
    hint: 1,
    look_at: new Date(now.getTime() + 30_000),
    created_at: now,
    deadline_at: new Date(now.getTime() + 3_600_000),
    cap: 50_000_000n,
    spent: 0n,
    held: 0n,
    over: 0n,
    attempts: 0,
    events: 0,
    ...columns,
  };
};

const asJson = (rows: readonly unknown[]): string =>
  JSON.stringify(rows, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));

/** A database of its own with one price, and ways to put rows into it. Pools are as large as an executor's. */
export const stockDatabase = async (
  pools: { ledger?: number; rest?: number; clock?: ClockKind } = {},
): Promise<StockedDatabase> => {
  const clone = await cloneDatabase({ clock: pools.clock });
  const db = createDatabase({
    url: clone.url,
    ledgerPool: pools.ledger ?? 2,
    restPool: pools.rest ?? 5,
    app: 'test',
    onError: () => undefined,
  });
  const { query } = db.rest;
  const { id, provider, model, input, cacheRead, cacheWrite, output } = rung.price;
  await query(
    `INSERT INTO price (id, provider, model, from_at, input, cache_read, cache_write, output) VALUES ($1, $2, $3, '2026-01-01', $4, $5, $6, $7)`,
    [id, provider, model, input, cacheRead, cacheWrite, output],
  );
  return {
    db,
    url: clone.url,
    clock: clone.clock,
    query,
    addTenant: async ({ dayCap = 2_000_000_000n, timeZone = 'UTC' } = {}) => {
      const tenant = asTenantId(uuidv7());
      await query('INSERT INTO tenant (id, slug, day_cap, time_zone) VALUES ($1, $2, $3, $4)', [
        tenant,
        `t-${tenant}`,
        dayCap,
        timeZone,
      ]);
      return tenant;
    },
    addJobs: async (tenant, count, columns = {}) => {
      const rows = Array.from({ length: count }, () => freshRow(tenant, columns));
      await query('INSERT INTO job SELECT * FROM jsonb_populate_recordset(NULL::job, $1)', [asJson(rows)]);
      return rows.map((row) => String(row.id));
    },
    jobOf: async (job) => {
      const rows = await query<Record<string, unknown>>('SELECT * FROM job WHERE id = $1', [job]);
      if (rows[0] === undefined) throw new Error(`no job ${job}`);
      return rows[0];
    },
    dayOf: async (tenant) => {
      const rows = await query<Scope & { id: bigint }>(
        `SELECT id, cap, spent, held, over FROM budget WHERE tenant_id = $1 AND closes_at > now() ORDER BY id DESC`,
        [tenant],
      );
      if (rows[0] === undefined) throw new Error(`no window of ${tenant} is open`);
      return rows[0];
    },
    deadlocks: async () => {
      // Each connection keeps its counts for up to a second: all of them are asked at once to hand them over.
      const flush = 'SELECT pg_stat_force_next_flush(), pg_sleep(0.02)';
      const { ledger: ledgers = 2, rest: rests = 5 } = pools;
      await Promise.all([
        ...Array.from({ length: ledgers }, () => db.ledger.query(flush)),
        ...Array.from({ length: rests }, () => db.rest.query(flush)),
      ]);
      const rows = await query<{ deadlocks: bigint }>(
        'SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()',
      );
      return rows[0]?.deadlocks ?? -1n;
    },
    close: async () => {
      await db.close();
      await clone.drop();
    },
  };
};

/** What an executor asks the ledger for, for a job that it has claimed. */
export const aHoldRequest = (
  tenantId: string,
  job: string,
  nanos: bigint,
  but: { fence?: number; attempt?: string } = {},
): HoldRequest => ({
  attempt: but.attempt ?? uuidv7(),
  job: aClaimedJob({ id: job, tenantId, fence: but.fence ?? 1 }),
  rung,
  lane: 'direct',
  requestHash: 'hash',
  maxTokens: 100,
  nanos,
});

/** Keys and queues of one test file in the Redis that all files share. */
export const openRedisCorner = () => {
  const url = process.env.TEST_REDIS_URL;
  if (url === undefined)
    throw new Error('TEST_REDIS_URL is not set: run these tests by `npm test`, which provides the servers');
  const prefix = `t_${randomBytes(6).toString('hex')}`;
  return {
    url,
    prefix,
    clear: async (): Promise<void> => {
      const redis = new Redis(url);
      for (let cursor = '0', first = true; first || cursor !== '0'; first = false) {
        const [next, keys] = await redis.scan(cursor, 'MATCH', `${prefix}*`, 'COUNT', 1_000);
        if (keys.length > 0) await redis.unlink(...keys);
        cursor = next;
      }
      redis.disconnect();
    },
  };
};
