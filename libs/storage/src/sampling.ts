import type { Sampling } from '@winnow/analysis';
import { sha256Hex } from '@winnow/kernel';
import type { Sql } from './database';

interface Options {
  readonly rates: Sampling['rates'];
  /** dollars of checking for each dollar that a tenant's jobs have cost */
  readonly share: number;
  readonly nowMs: () => number;
}

interface Known {
  readonly readMs: number;
  /** what the sums allow */
  readonly nanos: Promise<bigint>;
  /** set aside here since they were read */
  spent: bigint;
}

const standsMs = 5_000;
const mostTenants = 10_000;
const drawDigits = 13;
const millionths = 1_000_000;

// Whole days of the last month, and the answers' own cost: checking must not raise what checking may cost.
const allowance = `
SELECT coalesce(sum(cost + audit), 0)::bigint AS cost, coalesce(-sum(audit), 0)::bigint AS audited
  FROM usage WHERE tenant_id = $1 AND span = 'day' AND opens_at > now() - interval '30 days'`;

/** By the job's own id, so that whoever runs it again draws the same. */
const draw = (job: string): number =>
  Number.parseInt(sha256Hex(`sample ${job}`).slice(0, drawDigits), 16) / 16 ** drawDigits;

export const createSampling = (sql: Sql, { rates, share, nowMs }: Options): Sampling => {
  const known = new Map<string, Known>();
  const read = async (tenant: string): Promise<bigint> => {
    const [sums] = await sql.query<{ cost: bigint; audited: bigint }>(allowance, [tenant]);
    if (sums === undefined) return 0n;
    return (sums.cost * BigInt(Math.round(share * millionths))) / BigInt(millionths) - sums.audited;
  };
  const of = (tenant: string): Known => {
    const last = known.get(tenant);
    if (last !== undefined && nowMs() - last.readMs < standsMs) return last;
    if (known.size >= mostTenants) known.clear();
    const fresh = { readMs: nowMs(), nanos: read(tenant), spent: 0n };
    known.set(tenant, fresh);
    fresh.nanos.catch(() => known.get(tenant) === fresh && known.delete(tenant));
    return fresh;
  };
  return {
    rates,
    draw,
    allowance: async (tenant) => {
      const now = of(tenant);
      return (await now.nanos) - now.spent;
    },
    spend: (tenant, nanos) => {
      of(tenant).spent += nanos;
    },
  };
};
