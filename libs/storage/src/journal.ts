import type { AttemptRecord, ClaimedJob, Journal, Move, MoveVerdict } from '@winnow/analysis';
import type { JobEvent, Lane, Tokens } from '@winnow/contracts';
import { groupCommit } from '@winnow/kernel';
import type { Sql } from './database';
import { insistently } from './insist';
import { asClosing } from './ledger';

const asRow = ({ booked, parked, closing: _, ...move }: Move) => ({
  ...move,
  booked: booked === undefined ? null : String(booked),
  parkedUntil: parked?.until.toISOString() ?? null,
  parkedScope: parked?.scope ?? null,
  wants: parked === undefined ? null : String(parked.wants),
});

export interface AttemptRow {
  readonly id: string;
  readonly n: number;
  readonly provider: string;
  readonly model: string;
  readonly model_resolved: string | null;
  readonly lane: Lane;
  readonly price_id: string;
  readonly service_tier: string;
  readonly input: bigint;
  readonly cache_read: bigint;
  readonly cache_write: bigint;
  readonly output: bigint;
  readonly state: AttemptRecord['state'];
  readonly outcome: string | null;
  readonly nanos: bigint;
  readonly actual: bigint | null;
  readonly usage: Tokens | null;
  readonly estimated: boolean;
  readonly answer: string | null;
  readonly sent_at: Date | null;
  readonly ms: number | null;
}

export const attemptColumns = `a.id, a.n, a.provider, a.model, a.model_resolved, a.lane, a.price_id, p.service_tier, p.input, p.cache_read,
  p.cache_write, p.output, h.state, a.outcome, h.nanos, h.actual, a.usage, a.estimated, a.answer, a.sent_at, a.ms`;

export const attemptOf = (row: AttemptRow): AttemptRecord => ({
  id: row.id,
  n: row.n,
  provider: row.provider,
  model: row.model,
  modelResolved: row.model_resolved,
  lane: row.lane,
  priceId: row.price_id,
  price: {
    id: row.price_id,
    provider: row.provider,
    model: row.model,
    serviceTier: row.service_tier,
    input: row.input,
    cacheRead: row.cache_read,
    cacheWrite: row.cache_write,
    output: row.output,
  },
  state: row.state,
  outcome: row.outcome,
  held: row.nanos,
  actual: row.actual,
  tokens: row.usage,
  estimated: row.estimated,
  answer: row.answer,
  // what was written down as sent with its hold, and then was not
  sentAt: row.outcome === 'unsent' ? null : row.sent_at,
  ms: row.ms,
  purpose: row.outcome?.startsWith('audit') ? 'audit' : 'answer',
  score: null,
  signs: null,
});

interface Moved {
  readonly job: string;
  readonly verdict: MoveVerdict;
}

const write = (sql: Sql, moves: readonly object[], closings: readonly object[]): Promise<Moved[]> =>
  closings.length === 0
    ? sql.query<Moved>('SELECT * FROM move_jobs($1)', [JSON.stringify(moves)])
    : sql.query<Moved>('SELECT * FROM finish_jobs($1, $2)', [JSON.stringify(closings), JSON.stringify(moves)]);

interface Told extends Pick<ClaimedJob, 'id' | 'fence'> {
  readonly events: readonly JobEvent[];
}

/** The one writer of a job's state. */
export const createJournal = (sql: Sql): Journal => {
  const move = groupCommit<Move, MoveVerdict>({
    maxItems: 64,
    maxQueued: 5_000,
    lanes: 2,
    run: async (moves) => {
      const closings = moves.flatMap(({ closing }) => closing ?? []).map(asClosing);
      const rows = await write(sql, moves.map(asRow), closings);
      const found = new Map(rows.map((row) => [row.job, row.verdict]));
      return moves.map(({ job }) => found.get(job) ?? 'lost');
    },
  });
  const tell = groupCommit<Told, null>({
    maxItems: 64,
    maxQueued: 5_000,
    run: async (told) => {
      // Of one job what comes first is told first, in one list.
      const jobs = new Map<string, JobEvent[]>();
      for (const { id, events } of told) jobs.set(id, [...(jobs.get(id) ?? []), ...events]);
      const fences = new Map(told.map(({ id, fence }) => [id, fence]));
      const list = [...jobs].map(([job, events]) => ({ job, fence: fences.get(job), events }));
      await sql.query('SELECT * FROM tell_events($1)', [JSON.stringify(list)]);
      return told.map(() => null);
    },
  });
  return {
    tell: async ({ id, fence }, events) => void (await tell({ id, fence, events })),
    // While the database is away an ending waits here. Should a repeat find the first try committed, the fence makes it `lost`: no harm.
    move: (one) => insistently(() => move(one)),
    stands: async ({ id, fence }) =>
      (await sql.query(`SELECT 1 AS one FROM job WHERE id = $1 AND fence = $2 AND state = 'running'`, [id, fence]))
        .length > 0,
    attemptsOf: async (job) => {
      const rows = await sql.query<AttemptRow>(
        `SELECT ${attemptColumns} FROM attempt a JOIN hold h ON h.id = a.id JOIN price p ON p.id = a.price_id WHERE a.job_id = $1 ORDER BY a.n`,
        [job],
      );
      return rows.map(attemptOf);
    },
  };
};
