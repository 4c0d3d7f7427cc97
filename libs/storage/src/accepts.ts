import { groupCommit } from '@winnow/kernel';
import type { ClaimedJob } from '@winnow/analysis';
import type { Sql } from './database';
import { lookUpKey, type Replay } from './idempotency';
import type { TenantId } from './tenant-id';

/** A job that has passed every check, ready to be written. */
export interface Acceptance {
  readonly id: string;
  readonly tenantId: TenantId;
  readonly task: string;
  readonly version: number;
  readonly input: unknown;
  readonly inputHash: string;
  readonly floor: number;
  readonly deadline: string;
  readonly deadlineMs: number;
  readonly avoid: readonly string[];
  readonly priority: number;
  readonly whenOver: 'park' | 'refuse';
  readonly strict: boolean;
  readonly endUser: string | null;
  /** the key that asks */
  readonly keyId?: string;
  /** the quote whose forecast it counts to */
  readonly quoteId?: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly cap: bigint;
  readonly queue: string;
  /** this process works on it at once: it is accepted as claimed, without a hint */
  readonly claim?: { readonly worker: string; readonly leaseMs: number };
  readonly idempotency: { readonly route: string; readonly key: string; readonly print: string } | null;
}

export type Accepted =
  | {
      readonly kind: 'accepted';
      readonly id: string;
      /** by the database's clock; missing where an earlier run of the same statement turned out to have stored the job */
      readonly times?: { readonly createdAt: Date; readonly deadlineAt: Date };
      /** where it was accepted as claimed */
      readonly claimed?: ClaimedJob;
    }
  /** the key was used before: for the same body, or for another one */
  | ({ readonly kind: 'replayed' } & Replay);

const asItem = ({ idempotency, cap, claim, ...rest }: Acceptance) => ({
  ...rest,
  cap: String(cap),
  worker: claim?.worker ?? null,
  leaseMs: claim?.leaseMs ?? null,
  route: idempotency?.route ?? null,
  key: idempotency?.key ?? null,
  print: idempotency?.print ?? null,
});

// One statement: the key's row, from it the job, from that the hint to send and the first event. Keys are inserted in one order, so that
// two statements with the same keys wait for each other and never in a circle.
const accept = `
WITH item AS (
  SELECT * FROM jsonb_to_recordset($1) AS x (id uuid, "tenantId" uuid, task text, version int, input jsonb, "inputHash" text, floor float8,
    deadline text, "deadlineMs" bigint, avoid text[], priority int, "whenOver" text, strict boolean, "endUser" text, "keyId" uuid, "quoteId" uuid, metadata jsonb, cap bigint, queue text,
    worker uuid, "leaseMs" int, route text, key text, print text)
), keyed AS (
  INSERT INTO idempotency (tenant_id, route, key, print, ref)
  SELECT "tenantId", route, key, print, id FROM item WHERE key IS NOT NULL ORDER BY "tenantId", route, key
  ON CONFLICT DO NOTHING RETURNING ref
), fresh AS (
  SELECT * FROM item WHERE key IS NULL OR id IN (SELECT ref FROM keyed)
), jobs AS (
  INSERT INTO job (id, tenant_id, task, version, input, input_hash, floor, deadline, avoid, priority, when_over, strict, end_user, key_id, quote_id, metadata, cap, look_at,
                   deadline_at, events, state, worker_id, fence, run_until)
  SELECT id, "tenantId", task, version, input, "inputHash", floor, deadline, avoid, priority, "whenOver", strict, "endUser", "keyId", "quoteId", metadata, cap,
         now() + interval '30 seconds', now() + make_interval(secs => "deadlineMs" / 1000.0), 1,
         CASE WHEN worker IS NULL THEN 'queued' ELSE 'running' END, worker, (worker IS NOT NULL)::int,
         now() + make_interval(secs => "leaseMs" / 1000.0) FROM fresh
  RETURNING id, tenant_id, created_at, deadline_at
), hints AS (
  INSERT INTO outbox (queue, tenant_id, priority, ref, hint) SELECT queue, "tenantId", priority, id, 1 FROM fresh WHERE worker IS NULL ORDER BY id
), told AS (
  INSERT INTO event (job_id, n, kind, data)
  SELECT id, 1, 'state', jsonb_build_object('state', CASE WHEN worker IS NULL THEN 'queued' ELSE 'running' END, 'at', to_char(now(), 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) FROM fresh
)
SELECT jobs.id, jobs.created_at, jobs.deadline_at, t.baseline_model FROM jobs JOIN tenant t ON t.id = jobs.tenant_id`;

interface StoredRow {
  readonly id: string;
  readonly created_at: Date;
  readonly deadline_at: Date;
  readonly baseline_model: string;
}

/** The row as its claim would find it. */
const claimedOf = (acceptance: Acceptance, baselineModel: string): ClaimedJob => ({
  ...acceptance,
  batchId: null,
  state: 'running',
  plan: null,
  fence: 1,
  runs: 0,
  deaths: 0,
  attempts: 0,
  baselineModel,
  deadlinePassed: false,
});
/** Inside the transaction of whatever the jobs belong to. */
export const writeJobs = async (sql: Sql, jobs: readonly Acceptance[]): Promise<void> => {
  const rows = await sql.query<StoredRow>(accept, [JSON.stringify(jobs.map(asItem))]);
  if (rows.length !== jobs.length) throw new Error(`${rows.length} of ${jobs.length} jobs were written`);
};

// A run whose answer was lost on the way is repeated item by item: finding one's own row then means that it had been committed.
const wasStoredBefore = (error: unknown): 'before' => {
  const { code, constraint } = error as { code?: unknown; constraint?: unknown };
  if (code === '23505' && constraint === 'job_pkey') return 'before';
  throw error;
};

/** A row that an earlier run stored as claimed still has to be worked on by whoever asked for it; its fence says whether he may. */
const claimedBefore = async (sql: Sql, acceptance: Acceptance): Promise<{ claimed?: ClaimedJob }> => {
  if (acceptance.claim === undefined) return {};
  const rows = await sql.query<{ baseline_model: string }>('SELECT baseline_model FROM tenant WHERE id = $1', [
    acceptance.tenantId,
  ]);
  return rows[0] === undefined ? {} : { claimed: claimedOf(acceptance, rows[0].baseline_model) };
};

export interface Accepts {
  readonly accept: (acceptance: Acceptance) => Promise<Accepted>;
}

export const createAccepts = (sql: Sql): Accepts => {
  const write = groupCommit<Acceptance, StoredRow | null>({
    maxItems: 100,
    maxQueued: 5_000,
    lanes: 2,
    run: async (items) => {
      const rows = await sql.query<StoredRow>(accept, [JSON.stringify(items.map(asItem))], 'accept');
      const stored = new Map(rows.map((row) => [row.id, row]));
      return items.map(({ id }) => stored.get(id) ?? null);
    },
  });
  return {
    accept: async (acceptance) => {
      const { id, idempotency, tenantId } = acceptance;
      const accepted = { kind: 'accepted', id } as const;
      const stored = await write(acceptance).catch(wasStoredBefore);
      if (stored === 'before') return { ...accepted, ...(await claimedBefore(sql, acceptance)) };
      if (stored !== null)
        return {
          ...accepted,
          times: { createdAt: stored.created_at, deadlineAt: stored.deadline_at },
          ...(acceptance.claim && { claimed: claimedOf(acceptance, stored.baseline_model) }),
        };
      const replay = idempotency === null ? null : await lookUpKey(sql, tenantId, idempotency.route, idempotency.key);
      if (replay === null) throw new Error(`job ${id} was not stored, and no key explains it`);
      return replay.ref === id ? accepted : { kind: 'replayed', ...replay };
    },
  };
};
