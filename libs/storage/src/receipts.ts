import type { ReceiptBody } from '@winnow/contracts';
import type { Sql } from './database';
import { attemptColumns, attemptOf, type AttemptRow } from './journal';
import type { AttemptRecord } from '@winnow/analysis';
import type { TenantId } from './tenant-id';

export interface Correction {
  readonly at: Date;
  readonly attempt: string;
  readonly kind: 'settled' | 'released' | 'unknown' | 'corrected';
  readonly nanos: bigint;
}

export interface ReceiptRow {
  readonly id: string;
  readonly job_id: string;
  readonly task: string;
  readonly version: number;
  readonly at: Date;
  readonly body: ReceiptBody;
  /** no hold of the job is open any more */
  readonly final: boolean;
  readonly corrections: readonly Correction[];
}

export interface Receipts {
  readonly ofJob: (tenant: TenantId, job: string) => Promise<ReceiptRow | null>;
  readonly attemptsOf: (tenant: TenantId, job: string) => Promise<AttemptRecord[] | null>;
}

export const createReceipts = (sql: Sql): Receipts => ({
  ofJob: async (tenant, job) => {
    const rows = await sql.query<Omit<ReceiptRow, 'corrections'> & { last_entry: bigint }>(
      `SELECT r.id, r.job_id, j.task, j.version, r.at, r.body, r.last_entry, j.held = 0 AS final
         FROM receipt r JOIN job j ON j.id = r.job_id WHERE r.tenant_id = $1 AND r.job_id = $2`,
      [tenant, job],
    );
    const row = rows[0];
    if (row === undefined) return null;
    const { last_entry, ...receipt } = row;
    const corrections = await sql.query<Correction>(
      `SELECT at, hold_id AS attempt, kind, nanos FROM entry WHERE job_id = $1 AND id > $2 ORDER BY id`,
      [job, last_entry],
    );
    return { ...receipt, corrections };
  },
  attemptsOf: async (tenant, job) => {
    const known = await sql.query('SELECT 1 AS one FROM job WHERE tenant_id = $1 AND id = $2', [tenant, job]);
    if (known.length === 0) return null;
    const rows = await sql.query<AttemptRow>(
      `SELECT ${attemptColumns} FROM attempt a JOIN hold h ON h.id = a.id JOIN price p ON p.id = a.price_id WHERE a.job_id = $1 ORDER BY a.n`,
      [job],
    );
    return rows.map(attemptOf);
  },
});
