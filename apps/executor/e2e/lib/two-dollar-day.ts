import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { startApps, type TestApps } from '@winnow/testing';

export const dayNanos = 2_000_000_000n;
const executors = 4;
/** A zone without summer time, in which a day turns in the middle of the database's own. */
const zone = 'Asia/Kolkata';

/**
 * Four executors on a $2.00 day, with gpt-4o as the one model: a long review then costs about a cent at its worst, and little less. It is
 * nine in the morning where the tenant is, whenever the test runs: no midnight falls into it that it does not bring about.
 */
export const startTwoDollarDay = async (env: Record<string, string> = {}): Promise<TestApps> => {
  const apps = await startApps({
    clock: 'shifted',
    apps: { api: 0, collector: 0, executor: 0 },
    env: { SWEEP_EVERY_MS: '250', WORKER_GONE_AFTER_MS: '2000', PROVIDER_TIMEOUT_MS: '4000', ...env },
  });
  // Before those start that remember what can be called.
  await apps.db.query(`UPDATE model SET enabled = (provider, model) = ('openai', 'gpt-4o')`);
  await apps.db.query('UPDATE tenant SET time_zone = $1', [zone]);
  await apps.db.clock.advanceToLocal(zone, '09:00');
  await apps.db.query('UPDATE api_key SET per_minute = 100000000');
  await apps.start('api');
  await apps.start('collector');
  for (let n = 0; n < executors; n += 1) await apps.start('executor');
  return apps;
};

const sentence = 'The sound is great and clear, the band sits well, but the battery died after two weeks. ';

/** A review of some 3,750 tokens, like no other. */
const longReview = (n: number): { text: string } => ({ text: `Order ${n}. ${sentence.repeat(183)}` });

/** Submits all at once. */
export const submitLong = async (apps: TestApps, count: number): Promise<void> => {
  const api = apps.apiOf(0);
  const answers = await Promise.all(
    Array.from({ length: count }, (_, n) =>
      api.submit({ task: 'review.sentiment', input: longReview(n), terms: { deadline: '3d' } }),
    ),
  );
  const refused = answers.find(({ status }) => status !== 202);
  if (refused !== undefined) throw new Error(`${refused.status}: ${JSON.stringify(refused.body)}`);
};

interface Watched {
  readonly samples: number;
  /** samples in which a scope was past its cap, or more was billed than the day's budget */
  readonly broken: readonly unknown[];
  /** the most that was billed over the day's budget: zero */
  readonly over: bigint;
  /** what of the budget was spent or held when the first parked job was seen, in thousandths */
  readonly usedAtFirstParked: number | null;
}

interface DayNow {
  readonly broken: boolean;
  readonly open: boolean;
  readonly used: string;
  readonly parked: boolean;
}

const look = `SELECT spent + held > cap OR spent + held + over > $1 AS broken, closes_at > now() AS open, (spent + held)::text AS used,
                     EXISTS (SELECT 1 FROM job WHERE state = 'parked') AS parked, *
                FROM budget WHERE kind = 'tenant-day'`;

/** What the database says of the day's money and what the provider has billed since, looked at every 50 ms; whatever breaks the budget is kept. */
export const watchMoney = async (apps: TestApps) => {
  const broken: unknown[] = [];
  const before = await apps.sandbox.billed();
  let samples = 0;
  let over = 0n;
  let usedAtFirstParked: number | null = null;
  const stop = new AbortController();
  const sample = async (): Promise<void> => {
    const [rows, bill] = await Promise.all([apps.db.query<DayNow>(look, [dayNanos]), apps.sandbox.billed()]);
    const billed = bill - before;
    broken.push(...rows.filter((row) => row.broken));
    if (billed > dayNanos) broken.push({ billed });
    if (billed - dayNanos > over) over = billed - dayNanos;
    const today = rows.find((row) => row.open);
    if (today?.parked === true) usedAtFirstParked ??= Number((BigInt(today.used) * 1_000n) / dayNanos);
    samples += 1;
  };
  const watch = (async () => {
    while (!stop.signal.aborted) {
      await Promise.all([sample(), new Promise((next) => setTimeout(next, 50))]);
    }
  })();
  return {
    stop: async (): Promise<Watched> => {
      stop.abort();
      await watch;
      return { broken, samples, over, usedAtFirstParked };
    },
  };
};

const countStates = async (apps: TestApps): Promise<Record<string, number>> => {
  const rows = await apps.db.query<{ state: string; n: number }>(
    'SELECT state, count(*)::int AS n FROM job GROUP BY 1',
  );
  return Object.fromEntries(rows.map(({ state, n }) => [state, n]));
};

/** Resolves once only parked and finished jobs are left, twice a second apart: what was parked may just be on its way back. */
export const untilRested = async (apps: TestApps, withinMs: number): Promise<Record<string, number>> => {
  let quiet = 0;
  for (const until = Date.now() + withinMs; Date.now() < until;) {
    const counts = await countStates(apps);
    quiet = counts.queued === undefined && counts.running === undefined ? quiet + 1 : 0;
    if (quiet === 8) return counts;
    await new Promise((next) => setTimeout(next, 200));
  }
  throw new Error(`still busy after ${withinMs} ms: ${JSON.stringify(await countStates(apps))}`);
};

/** A second past midnight where the tenant is. Every lease of a worker has run out then: each is taken for dead once, and goes on as another. */
export const passMidnight = async (apps: TestApps): Promise<Date> => apps.db.clock.advanceToLocal(zone, '00:00:01');

/** `npm run reconcile`, as its own process. */
export const reconcileNow = async (apps: TestApps, providerTimeoutMs: number): Promise<Record<string, unknown>> => {
  const { stdout } = await promisify(execFile)(process.execPath, ['dist/apps/keeper/reconcile-once.js'], {
    env: {
      PATH: process.env.PATH,
      DATABASE_URL: apps.db.url,
      SANDBOX_URL: apps.sandbox.url,
      PROVIDER_TIMEOUT_MS: String(providerTimeoutMs),
    },
  });
  return JSON.parse(stdout) as Record<string, unknown>;
};

/** Every call's booking is its bill, and what all scopes say is the invoice. */
export const assertLedgerIsInvoice = async (apps: TestApps): Promise<void> => {
  const bills = new Map<string, bigint>();
  for (const { clientRequestId, nano, billed } of await apps.sandbox.invoice())
    if (billed) bills.set(clientRequestId ?? '', (bills.get(clientRequestId ?? '') ?? 0n) + BigInt(nano));
  const holds = await apps.db.query<{ id: string; state: string; actual: string }>(
    'SELECT id, state, coalesce(actual, nanos)::text AS actual FROM hold',
  );
  const off = holds.filter(({ id, actual }) => BigInt(actual) !== (bills.get(id) ?? 0n));
  if (off.length > 0)
    throw new Error(`${off.length} calls differ from the invoice: ${JSON.stringify(off.slice(0, 5))}`);
  const known = new Set(holds.map(({ id }) => id));
  const strays = [...bills.keys()].filter((id) => !known.has(id));
  if (strays.length > 0) throw new Error(`${strays.length} calls were billed without an attempt`);
};
