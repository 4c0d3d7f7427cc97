import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { startApps, type TestApps } from '@winnow/testing';

export const dayNanos = 2_000_000_000n;
const executors = 4;

/** Four executors on a $2.00 day, with gpt-4o as the one model: a long review then costs about a cent at its worst, and little less. */
export const startTwoDollarDay = async (env: Record<string, string> = {}): Promise<TestApps> => {
  const apps = await startApps({
    apps: { api: 0, collector: 0, executor: 0 },
    env: { SWEEP_EVERY_MS: '250', WORKER_GONE_AFTER_MS: '2000', PROVIDER_TIMEOUT_MS: '4000', ...env },
  });
  // Before those start that remember what can be called.
  await apps.db.query(`UPDATE model SET enabled = (provider, model) = ('openai', 'gpt-4o')`);
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
    Array.from({ length: count }, (_, n) => api.submit({ task: 'review.sentiment', input: longReview(n) })),
  );
  const refused = answers.find(({ status }) => status !== 202);
  if (refused !== undefined) throw new Error(`${refused.status}: ${JSON.stringify(refused.body)}`);
};

/** What the database says of the day's money, looked at every 50 ms; whatever breaks the budget is kept. */
export const watchMoney = (apps: TestApps) => {
  const broken: unknown[] = [];
  let samples = 0;
  const stop = new AbortController();
  const watch = (async () => {
    while (!stop.signal.aborted) {
      const rows = await apps.db.query<{ broken: boolean }>(
        `SELECT spent + held > cap OR spent + held + over > ${dayNanos} AS broken, * FROM budget WHERE kind = 'tenant-day'`,
      );
      broken.push(...rows.filter((row) => row.broken));
      samples += 1;
      await new Promise((next) => setTimeout(next, 50));
    }
  })();
  return {
    stop: async (): Promise<{ broken: unknown[]; samples: number }> => {
      stop.abort();
      await watch;
      return { broken, samples };
    },
  };
};

export const countStates = async (apps: TestApps): Promise<Record<string, number>> => {
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

export const invoiceSum = async (apps: TestApps): Promise<bigint> =>
  (await apps.sandbox.invoice()).reduce((sum, { nano }) => sum + BigInt(nano), 0n);

/** The windows turn: what was open has closed a moment ago, and the next hold opens another day. */
export const turnWindows = (apps: TestApps): Promise<unknown> =>
  apps.db.query(`UPDATE budget SET opens_at = opens_at - interval '1 day', closes_at = now()`);

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
