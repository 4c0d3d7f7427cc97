import type { Closing, HoldRequest, HoldVerdict, Ledger } from '@winnow/analysis';
import { groupCommit } from '@winnow/kernel';
import type { Sql } from './database';
import { insistently } from './insist';
import { createWindows, type OpenWindows, type Payer } from './windows';

interface OpenRow {
  readonly attempt: string;
  readonly verdict: 'granted' | 'lost' | 'over-cap' | 'over-budget' | 'window-turned';
  readonly n: number | null;
  readonly budget: bigint | null;
  readonly at: Date;
}

interface Asked {
  readonly request: HoldRequest;
  readonly windows: OpenWindows;
}

const asOpening = ({
  request: { attempt, job, rung, lane, requestHash, maxTokens, nanos, sends },
  windows,
}: Asked) => ({
  attempt,
  job: job.id,
  fence: job.fence,
  provider: rung.provider,
  model: rung.model,
  lane,
  price: rung.price.id,
  requestHash,
  maxTokens,
  sends: sends ?? false,
  nanos: String(nanos),
  rules: windows.rules,
  budgets: windows.list.map(({ id }) => String(id)),
  shares: [{ job: job.id, fence: job.fence, nanos: String(nanos) }],
});

const payerOf = ({ job, source }: HoldRequest): Payer => ({
  tenant: job.tenantId,
  endUser: job.endUser,
  batch: job.batchId,
  source: source ?? null,
});

// The very moment that a call which leaves at once is written down with.
const openHolds = `SELECT o.*, date_trunc('milliseconds', now()) AS at FROM open_holds($1) o`;

export const asClosing = (closing: Closing) => ({
  hold: closing.attempt,
  kind: closing.kind,
  nanos: String(closing.nanos),
  outcome: closing.outcome,
  providerId: closing.providerId,
  modelResolved: closing.modelResolved,
  usage: closing.tokens,
  estimated: closing.estimated,
  answer: closing.answer,
  ms: closing.ms,
});

const byKey = <Row, Key>(rows: readonly Row[], key: (row: Row) => Key): Map<Key, Row> =>
  new Map(rows.map((row) => [key(row), row]));

// The hold's lock stands between this and its closing: what was released as unsent can never be sent, what is sent never released as unsent.
const markSent = `
WITH open AS (
  SELECT id FROM hold WHERE id = ANY ($1) AND state = 'held' ORDER BY id FOR UPDATE
)
UPDATE attempt a SET sent_at = clock_timestamp() FROM open, job j
 WHERE a.id = open.id AND a.sent_at IS NULL AND j.id = a.job_id AND j.fence = a.fence AND j.state = 'running' RETURNING a.id, a.sent_at`;

/** a window may turn and a cap be set while a hold is asked for: both at once are rare, more are no accident */
const mostTurns = 3;
const bounds = { maxItems: 64, maxQueued: 5_000, lanes: 2 } as const;

/**
 * The ledger on Postgres. Calls that arrive while a statement is under way share the next one: each is still all or nothing by itself, but
 * hot budget rows are locked once for many of them.
 */
export const createLedger = (sql: Sql): Ledger => {
  const windows = createWindows(sql);
  const open = groupCommit<Asked, OpenRow>({
    ...bounds,
    run: async (asked) => {
      const rows = await sql.query<OpenRow>(openHolds, [JSON.stringify(asked.map(asOpening))]);
      const found = byKey(rows, (row) => row.attempt);
      return asked.map(({ request }) => found.get(request.attempt) as OpenRow);
    },
  });
  const send = groupCommit<string, Date | null>({
    ...bounds,
    run: async (attempts) => {
      const rows = await sql.query<{ id: string; sent_at: Date }>(markSent, [attempts]);
      const found = byKey(rows, (row) => row.id);
      // One leave to send an attempt, however often it was asked for in this run.
      return attempts.map((id) => {
        const sentAt = found.get(id)?.sent_at ?? null;
        found.delete(id);
        return sentAt;
      });
    },
  });
  const close = groupCommit<Closing, null>({
    ...bounds,
    run: async (closings) => {
      await sql.query('SELECT * FROM close_holds($1)', [JSON.stringify(closings.map(asClosing))]);
      return closings.map(() => null);
    },
  });

  const openHold = async (request: HoldRequest, tries = 0): Promise<HoldVerdict> => {
    const payer = payerOf(request);
    const current = await windows.of(payer);
    const { verdict, n, budget, at } = await open({ request, windows: current });
    if (verdict === 'granted') return { kind: 'granted', n: n ?? 0, ...(request.sends && { sentAt: at }) };
    if (verdict === 'window-turned' && tries < mostTurns) {
      await windows.forget(payer, current);
      return openHold(request, tries + 1);
    }
    if (verdict === 'lost' || verdict === 'over-cap') return { kind: verdict };
    const full = current.list.find(({ id }) => id === budget);
    return { kind: 'over-budget', scope: full?.scope ?? 'tenant-day:', resetsAt: full?.closesAt ?? new Date() };
  };

  return {
    openHold: (request) => openHold(request),
    markSent: (attempt) => send(attempt),
    // An answer that was paid for is booked by whoever has it: while the database is away it waits here.
    closeHold: async (closing) => void (await insistently(() => close(closing))),
  };
};
