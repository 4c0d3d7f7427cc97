import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { uuidv7 } from '@winnow/kernel';
import type { Sql } from './database';

/** This process as the database knows it. Its beat is the lease of every row it holds. */
export interface WorkerIdentity {
  readonly id: () => string;
  /** false: the keeper took this process for dead and gave its rows away; it goes on under a new identity */
  readonly beat: () => Promise<boolean>;
  /** marks the process gone and gives back what it still holds, at once */
  readonly leave: () => Promise<void>;
}

/** Living processes of an app. Those that died count until the keeper has marked them. */
export const countWorkers = async (sql: Sql, app: string): Promise<number> => {
  const rows = await sql.query<{ n: bigint }>('SELECT count(*) AS n FROM worker WHERE app = $1 AND gone_at IS NULL', [
    app,
  ]);
  return Number(rows[0]?.n ?? 0n);
};

const mostTries = 20;
const pauseMs = 50;

export const enrolWorker = async (sql: Sql, app: string, slots: number): Promise<WorkerIdentity> => {
  const enrol = async (): Promise<string> => {
    const fresh = uuidv7();
    const values = [fresh, app, hostname(), process.pid, slots];
    await sql.query('INSERT INTO worker (id, app, host, pid, slots) VALUES ($1, $2, $3, $4, $5)', values);
    return fresh;
  };
  let id = await enrol();
  const giveBack = async (): Promise<boolean> => {
    await sql.query('SELECT * FROM give_back(ARRAY[$1]::uuid[], 0)', [id]);
    return (await sql.query('SELECT 1 AS one FROM job WHERE worker_id = $1 LIMIT 1', [id])).length === 0;
  };
  return {
    id: () => id,
    beat: async () => {
      const rows = await sql.query('UPDATE worker SET beat_at = now() WHERE id = $1 AND gone_at IS NULL RETURNING id', [
        id,
      ]);
      if (rows.length > 0) return true;
      // Only once it is written: rows claimed under an id that no table knows would be given back by nobody.
      id = await enrol();
      return false;
    },
    leave: async () => {
      // Rows first: what the keeper finds with a worker that is gone, it counts as a death. A row that is just being written is passed over.
      for (let tries = 1; !(await giveBack()) && tries < mostTries; tries += 1) await sleep(pauseMs);
      await sql.query('UPDATE worker SET gone_at = now() WHERE id = $1', [id]);
    },
  };
};
