import type { JobOut } from '@winnow/contracts';
import type { ApiClient } from './api-client';
import type { RunningApp, TestApps } from './apps';

const reviews = [
  'Great sound, poor battery',
  'Broke after two days, terrible quality',
  'Does what it says. Nothing more.',
  'I love it, the best purchase of the year',
];

/** Distinct reviews, so that nothing can be answered twice by one call. */
export const reviewOf = (n: number): { text: string } => ({ text: `${reviews[n % reviews.length]} (order ${n})` });

/** `clients` callers at once submit `count` jobs through the API; every answer has to be an acceptance. */
export const submitMany = async (api: ApiClient, count: number, clients: number, from = 0): Promise<JobOut[]> => {
  const jobs: JobOut[] = [];
  let next = 0;
  const client = async (): Promise<void> => {
    while (next < count) {
      const n = from + next;
      next += 1;
      const { status, body } = await api.submit({ task: 'review.sentiment', input: reviewOf(n) });
      if (status !== 202) throw new Error(`submission ${n} was answered ${status}: ${JSON.stringify(body)}`);
      jobs.push(body);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  return jobs;
};

/** Lifts the first key's rate and the first tenant's day: a test is one caller that stands for many. */
export const liftLimits = async (apps: TestApps): Promise<void> => {
  await apps.db.query('UPDATE api_key SET per_minute = 100000000');
  await apps.db.query('UPDATE tenant SET day_cap = 1000000000000000');
};

/** How many jobs are in which state; resolves once none is open. */
export const untilAllDone = async (apps: TestApps, withinMs: number): Promise<Record<string, number>> => {
  for (const until = Date.now() + withinMs; ;) {
    const rows = await apps.db.query<{ state: string; n: string }>(
      'SELECT state, count(*) AS n FROM job GROUP BY state',
    );
    const counts = Object.fromEntries(rows.map(({ state, n }) => [state, Number(n)]));
    const open = ['queued', 'running', 'parked', 'canceling'].filter((state) => counts[state] !== undefined);
    if (open.length === 0) return counts;
    if (Date.now() > until) throw new Error(`still open after ${withinMs} ms: ${JSON.stringify(counts)}`);
    await new Promise((next) => setTimeout(next, 100));
  }
};

/** Resolves once no hold is open: late bills have been booked or counted as unknown. */
export const untilHoldsClosed = async (apps: TestApps, withinMs: number): Promise<void> => {
  for (const until = Date.now() + withinMs; ;) {
    const rows = await apps.db.query<{ n: string }>(`SELECT count(*) AS n FROM hold WHERE state = 'held'`);
    if (rows[0]?.n === '0') return;
    if (Date.now() > until) throw new Error(`${rows[0]?.n} holds are still open after ${withinMs} ms`);
    await new Promise((next) => setTimeout(next, 200));
  }
};

/** How many hints of its queue a worker process has worked on, by its own metrics. */
export const workedOn = async ({ opsUrl }: RunningApp): Promise<number> => {
  const text = await (await fetch(`${opsUrl}/metrics`)).text();
  const counts = [...text.matchAll(/^winnow_queue_run_seconds_count\{[^}]*\} (\d+)/gm)];
  return counts.reduce((sum, [, n]) => sum + Number(n), 0);
};
