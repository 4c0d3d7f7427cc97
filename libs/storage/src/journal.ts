import type { AttemptRecord, Journal, Move, MoveVerdict } from '@winnow/analysis';
import type { Lane, Tokens } from '@winnow/contracts';
import { groupCommit } from '@winnow/kernel';
import type { Sql } from './database';
import { insistently } from './insist';

const asRow = ({ booked, parked, ...move }: Move) => ({
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
  sentAt: row.sent_at,
  ms: row.ms,
  purpose: row.outcome?.startsWith('audit') ? 'audit' : 'answer',
  score: null,
  signs: null,
});

/** The one writer of a job's state. */
export const createJournal = (sql: Sql): Journal => {
  const move = groupCommit<Move, MoveVerdict>({
    maxItems: 64,
    maxQueued: 5_000,
    lanes: 2,
    run: async (moves) => {
      const rows = await sql.query<{ job: string; verdict: MoveVerdict }>('SELECT * FROM move_jobs($1)', [
        JSON.stringify(moves.map(asRow)),
      ]);
      const found = new Map(rows.map((row) => [row.job, row.verdict]));
      return moves.map(({ job }) => found.get(job) ?? 'lost');
    },
  });
  return {
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
