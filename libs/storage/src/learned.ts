import type { Sql } from './database';

export type LearnedKind = 'router' | 'score' | 'threshold' | 'quality';

export interface LearnedRow {
  readonly id: bigint;
  readonly kind: LearnedKind;
  readonly task: string;
  /** what of the task it is of; empty: all of it */
  readonly subject: string;
  readonly version: number;
  readonly weights: Uint8Array;
  readonly madeAt: Date;
}

export interface NewLearned extends Omit<LearnedRow, 'id' | 'version' | 'madeAt'> {
  /** refused: kept for whoever asks why, never served */
  readonly state: 'live' | 'refused';
  readonly metrics: unknown;
  readonly rows: number;
}

export interface LastLearned {
  readonly version: number;
  readonly rows: number;
  readonly madeAt: Date;
}

export interface LearnedStore {
  /** what serves, without what it was made of */
  readonly serving: () => Promise<Pick<LearnedRow, 'kind' | 'task' | 'version'>[]>;
  readonly live: (kind: LearnedKind, task: string) => Promise<LearnedRow | null>;
  /** what serves now: newer than the row that was seen last, so that looking often costs little */
  readonly liveSince: (id: bigint) => Promise<LearnedRow[]>;
  /** writes the next version; where it goes live, the one before is retired in the same statement */
  readonly publish: (learned: NewLearned) => Promise<number>;
  /** how many rows the newest version was made of, refused ones included, and when */
  readonly last: (kind: LearnedKind, task: string) => Promise<LastLearned | null>;
}

const keptVersions = 20;

// Counting the retired makes the old version go before the new one comes: only one may be live. The newest versions stay for whoever wants to know what served when; figures that are written anew each minute would fill the table.
const publish = `
WITH last AS (SELECT coalesce(max(version), 0) AS version FROM learned WHERE kind = $1 AND task = $2 AND subject = $3),
retired AS (
  UPDATE learned SET state = 'retired' WHERE kind = $1 AND task = $2 AND subject = $3 AND state = 'live' AND $4 = 'live' RETURNING 1
), purged AS (
  DELETE FROM learned l USING last WHERE l.kind = $1 AND l.task = $2 AND l.subject = $3 AND l.state <> 'live'
     AND l.version <= last.version - ${keptVersions}
)
INSERT INTO learned (kind, task, subject, version, state, weights, metrics, rows)
SELECT $1, $2, $3, version + 1, $4, $5, $6, $7 FROM last, (SELECT count(*) FROM retired) AS first RETURNING version`;

export const createLearnedStore = (sql: Sql): LearnedStore => ({
  liveSince: (id) =>
    sql.query<LearnedRow>(
      `SELECT id, kind, task, subject, version, weights, created_at AS "madeAt" FROM learned WHERE state = 'live' AND id > $1 ORDER BY id LIMIT 10000`,
      [id],
    ),
  serving: () =>
    sql.query<Pick<LearnedRow, 'kind' | 'task' | 'version'>>(
      `SELECT kind, task, version FROM learned WHERE state = 'live' ORDER BY id LIMIT 10000`,
    ),
  live: async (kind, task) => {
    const rows = await sql.query<LearnedRow>(
      `SELECT id, kind, task, subject, version, weights, created_at AS "madeAt" FROM learned
        WHERE state = 'live' AND kind = $1 AND task = $2 AND subject = ''`,
      [kind, task],
    );
    return rows[0] ?? null;
  },
  publish: async ({ kind, task, subject, state, weights, metrics, rows }) => {
    const [row] = await sql.query<{ version: number }>(publish, [
      kind,
      task,
      subject,
      state,
      Buffer.from(weights),
      JSON.stringify(metrics),
      rows,
    ]);
    if (row === undefined) throw new Error(`${kind} of ${task} was not written`);
    return row.version;
  },
  last: async (kind, task) => {
    const rows = await sql.query<LastLearned>(
      `SELECT version, rows, created_at AS "madeAt" FROM learned WHERE kind = $1 AND task = $2 AND subject = '' ORDER BY version DESC LIMIT 1`,
      [kind, task],
    );
    return rows[0] ?? null;
  },
});
