import type { StockedDatabase } from './stocked-database';

export interface BookedScope {
  readonly cap: bigint;
  readonly spent: bigint;
  readonly held: bigint;
  readonly over: bigint;
  readonly target: bigint | null;
  /** what is spent and over is the sum of its entries */
  readonly booked: boolean;
  /** what is held is the sum of its parts in open holds */
  readonly open: boolean;
}

export interface BookedWindow extends BookedScope {
  readonly tenant_id: string;
  readonly kind: string;
  readonly opens_at: string;
}

export interface BookedJob extends BookedScope {
  readonly id: string;
  readonly state: string;
  readonly path: string;
  readonly fence: number;
  readonly claimed: boolean;
  readonly attempts: number;
}

// One statement is one moment: whoever writes meanwhile, its sums have to agree. Found by their keys, however many there were before.
const look = `
WITH part_open AS MATERIALIZED (
  SELECT p.job_id, p.budget_id, p.nanos FROM hold h JOIN part p ON p.hold_id = h.id WHERE h.state = 'held'
), windows AS (
  SELECT b.tenant_id, b.kind, b.opens_at, b.cap, b.spent, b.held, b.over, b.target,
         b.spent + b.over = (SELECT coalesce(sum(e.nanos), 0) FROM entry e WHERE e.budget_id = b.id) AS booked,
         b.held = (SELECT coalesce(sum(p.nanos), 0) FROM part_open p WHERE p.budget_id = b.id) AS open
    FROM budget b WHERE b.tenant_id = ANY ($1) AND b.spent + b.held + b.over > 0
), jobs AS (
  SELECT j.id, j.state, j.path, j.fence, j.worker_id IS NOT NULL AS claimed, j.attempts, j.cap, j.spent, j.held, j.over,
         j.spent + j.over = (SELECT coalesce(sum(e.nanos), 0) FROM entry e WHERE e.job_id = j.id) AS booked,
         j.held = (SELECT coalesce(sum(p.nanos), 0) FROM part_open p WHERE p.job_id = j.id) AS open
    FROM job j WHERE j.id = ANY ($2)
)
SELECT (SELECT coalesce(json_agg(w), '[]') FROM windows w) AS windows, (SELECT coalesce(json_agg(j), '[]') FROM jobs j) AS jobs`;

type Plain<Row> = { [Key in keyof Row]: Row[Key] extends bigint ? number : Row[Key] };
const money = ['cap', 'spent', 'held', 'over', 'target'] as const;
const withMoney = <Row extends BookedScope>(row: Plain<Row>): Row =>
  ({
    ...row,
    ...Object.fromEntries(
      money
        .filter((name) => name in row)
        .map((name) => [name, row[name] === null ? null : BigInt(row[name] as number)]),
    ),
  }) as unknown as Row;

/** Every sum of the windows of these tenants and of these jobs. The figures of these tests are small, so they survive JSON. */
export const readScopes = async (
  { query }: StockedDatabase,
  tenants: readonly string[],
  jobs: readonly string[],
): Promise<{ windows: BookedWindow[]; jobs: BookedJob[] }> => {
  const [row] = await query<{ windows: Plain<BookedWindow>[]; jobs: Plain<BookedJob>[] }>(look, [tenants, jobs]);
  return {
    windows: (row?.windows ?? []).map((one) => withMoney<BookedWindow>(one)),
    jobs: (row?.jobs ?? []).map((one) => withMoney<BookedJob>(one)),
  };
};

// A hold is closed once at most, with one entry a part; corrections come behind; each entry has the price that its attempt was held at.
const broken = `
SELECT 'closed twice or not booked' AS what, h.id::text FROM hold h
 WHERE (SELECT count(*) FROM entry e WHERE e.hold_id = h.id AND e.kind <> 'corrected')
       <> CASE WHEN h.state = 'held' THEN 0 ELSE (SELECT count(*) FROM part p WHERE p.hold_id = h.id) END
UNION ALL SELECT 'corrected while open', h.id::text FROM hold h WHERE h.state = 'held' AND EXISTS (
  SELECT 1 FROM entry e WHERE e.hold_id = h.id AND e.kind = 'corrected')
UNION ALL SELECT 'another price', e.id::text FROM entry e JOIN attempt a ON a.id = e.hold_id WHERE e.price_id <> a.price_id
UNION ALL SELECT 'a scope past its cap', b.id::text FROM budget b WHERE b.spent + b.held > b.cap
UNION ALL SELECT 'a job past its cap', j.id::text FROM job j WHERE j.spent + j.held > j.cap
UNION ALL SELECT 'events with holes', j.id::text FROM job j WHERE j.events <> (SELECT count(*) FROM event e WHERE e.job_id = j.id)
UNION ALL SELECT 'an attempt without a hold', a.id::text FROM attempt a WHERE NOT EXISTS (SELECT 1 FROM hold h WHERE h.id = a.id)
UNION ALL SELECT 'sent and released by the reaper', a.id::text FROM attempt a JOIN hold h ON h.id = a.id
           WHERE h.state = 'released' AND a.outcome = 'unsent' AND a.sent_at IS NOT NULL
LIMIT 5`;

/** What of the invariants of money does not hold; for the whole database, so for the end of a test. */
export const brokenInvariants = ({ query }: StockedDatabase): Promise<{ what: string; id: string }[]> => query(broken);
