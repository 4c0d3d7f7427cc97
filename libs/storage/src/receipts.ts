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

export interface ReceiptFilter {
  readonly task?: string;
  readonly state?: string;
  readonly user?: string;
  readonly key?: string;
  readonly lane?: string;
  readonly model?: string;
  readonly after?: Date;
  readonly before?: Date;
}

export interface ReceiptPage {
  readonly limit: number;
  readonly order: 'asc' | 'desc';
  /** the id that the page begins behind */
  readonly after?: string;
}

export interface Receipts {
  readonly get: (tenant: TenantId, id: string) => Promise<ReceiptRow | null>;
  /** up to one row more than asked for */
  readonly list: (tenant: TenantId, filter: ReceiptFilter, page: ReceiptPage) => Promise<ReceiptRow[]>;
  readonly ofJob: (tenant: TenantId, job: string) => Promise<ReceiptRow | null>;
  readonly attemptsOf: (tenant: TenantId, job: string) => Promise<AttemptRecord[] | null>;
}

type FoundReceipt = Omit<ReceiptRow, 'corrections'> & { readonly last_entry: bigint };

const found = 'r.id, r.job_id, j.task, j.version, r.at, r.body, r.last_entry, j.held = 0 AS final';

// What was booked for the jobs behind their receipts, all of a page at once.
const corrections = `
SELECT e.job_id, e.at, e.hold_id AS attempt, e.kind, e.nanos
  FROM unnest($1::uuid[], $2::bigint[]) AS r (job_id, last_entry) JOIN entry e ON e.job_id = r.job_id AND e.id > r.last_entry ORDER BY e.id`;

const withCorrections = async (sql: Sql, rows: readonly FoundReceipt[]): Promise<ReceiptRow[]> => {
  if (rows.length === 0) return [];
  const later = await sql.query<Correction & { job_id: string }>(corrections, [
    rows.map(({ job_id }) => job_id),
    rows.map(({ last_entry }) => String(last_entry)),
  ]);
  const ofJob = Map.groupBy(later, ({ job_id }) => job_id);
  return rows.map(({ last_entry: _, ...row }) => ({
    ...row,
    corrections: (ofJob.get(row.job_id) ?? []).map(({ at, attempt, kind, nanos }) => ({ at, attempt, kind, nanos })),
  }));
};

const conditions = (filter: ReceiptFilter): (readonly [where: (place: string) => string, value: unknown])[] => {
  const all: [unknown, (place: string) => string][] = [
    [filter.task, (at) => `j.task = ${at}`],
    [filter.state, (at) => `j.state = ${at}`],
    [filter.user, (at) => `j.end_user = ${at}`],
    [filter.key, (at) => `j.key_id = ${at}::uuid`],
    [filter.lane, (at) => `j.lane = ${at}`],
    [filter.model, (at) => `j.model = ${at}`],
    [filter.after, (at) => `r.at > ${at}`],
    [filter.before, (at) => `r.at < ${at}`],
  ];
  return all.flatMap(([value, where]) => (value === undefined ? [] : [[where, value] as const]));
};

export const createReceipts = (sql: Sql): Receipts => ({
  ofJob: async (tenant, job) => {
    const rows = await sql.query<FoundReceipt>(
      `SELECT ${found} FROM receipt r JOIN job j ON j.id = r.job_id WHERE r.tenant_id = $1 AND r.job_id = $2`,
      [tenant, job],
    );
    return (await withCorrections(sql, rows))[0] ?? null;
  },
  get: async (tenant, id) => {
    const rows = await sql.query<FoundReceipt>(
      `SELECT ${found} FROM receipt r JOIN job j ON j.id = r.job_id WHERE r.tenant_id = $1 AND r.id = $2`,
      [tenant, id],
    );
    return (await withCorrections(sql, rows))[0] ?? null;
  },
  list: async (tenant, filter, { limit, order, after }) => {
    const values: unknown[] = [tenant];
    const place = (value: unknown): string => `$${values.push(value)}`;
    const wheres = ['r.tenant_id = $1', ...conditions(filter).map(([where, value]) => where(place(value)))];
    if (after !== undefined) wheres.push(`r.id ${order === 'asc' ? '>' : '<'} ${place(after)}`);
    const rows = await sql.query<FoundReceipt>(
      `SELECT ${found} FROM receipt r JOIN job j ON j.id = r.job_id
        WHERE ${wheres.join(' AND ')} ORDER BY r.id ${order === 'asc' ? 'ASC' : 'DESC'} LIMIT ${place(limit + 1)}`,
      values,
    );
    return withCorrections(sql, rows);
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
