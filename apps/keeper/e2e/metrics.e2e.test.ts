import type { QuoteOut } from '@winnow/contracts';
import { readBooks, reviewOf, startApps, type RunningApp, type TestApps } from '@winnow/testing';

jest.setTimeout(90_000);

const shownWithinMs = 25_000;

/** The samples of a process, by name and labels. */
const samplesOf = async ({ opsUrl }: Pick<RunningApp, 'opsUrl'>): Promise<Map<string, number>> => {
  const text = await (await fetch(`${opsUrl}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line.startsWith('winnow_'));
  return new Map(
    lines.map((line) => {
      const at = line.lastIndexOf(' ');
      const name = line
        .slice(0, at)
        .replace(/app="\w+",?/, '')
        .replace(',}', '}')
        .replace('{}', '');
      return [name, Number(line.slice(at + 1))];
    }),
  );
};
const sumOf = (samples: ReadonlyMap<string, number>, name: string): number =>
  [...samples].reduce((sum, [key, value]) => (key.startsWith(`${name}{`) ? sum + value : sum), 0);

describe('a day that is spent', () => {
  let apps: TestApps;
  const app = (name: 'keeper' | 'executor'): RunningApp => {
    const [found] = apps.running(name);
    if (found === undefined) throw new Error(`${name} does not run`);
    return found;
  };
  beforeAll(async () => {
    apps = await startApps({ env: { SWEEP_EVERY_MS: '300' } });
    await apps.db.query('UPDATE tenant SET day_cap = 1000000');
    await apps.db.query('UPDATE api_key SET per_minute = 100000000');
    const body = { task: 'review.sentiment', input: reviewOf(0) };
    const { body: quote } = await apps.api.send<QuoteOut>('POST', '/api/v1/quotes', { body });
    const { id } = (await apps.api.submit({ ...body, quote: quote.id })).body;
    await apps.api.done(id);
    for (let n = 1; n <= 100; n += 1) await apps.api.submit({ task: 'review.sentiment', input: reviewOf(n) });
  });
  afterAll(() => apps?.stop());

  /** The keeper's samples once they are as wanted: it renews them every few seconds. */
  const untilShown = async (isAsWanted: (samples: ReadonlyMap<string, number>) => boolean) => {
    for (const until = Date.now() + shownWithinMs; ;) {
      const samples = await samplesOf(app('keeper'));
      if (isAsWanted(samples)) return samples;
      if (Date.now() > until) throw new Error(`not shown: ${JSON.stringify([...samples].slice(0, 60))}`);
      await new Promise((next) => setTimeout(next, 200));
    }
  };
  const parkedNow = async (): Promise<number> =>
    (await apps.db.query<{ n: number }>(`SELECT count(*)::int AS n FROM job WHERE state = 'parked'`))[0]?.n ?? 0;
  const busyNow = async (): Promise<number> =>
    (await apps.db.query<{ n: number }>(`SELECT count(*)::int AS n FROM job WHERE state IN ('queued', 'running')`))[0]
      ?.n ?? 0;

  test('the keeper shows parked jobs, forecasts, the roll-up and alerts', async () => {
    while ((await busyNow()) > 0) await new Promise((next) => setTimeout(next, 100));
    const parked = await parkedNow();
    expect(parked).toBeGreaterThan(20);
    const samples = await untilShown(
      (shown) =>
        shown.get('winnow_parked_jobs{scope="tenant-day"}') === parked &&
        shown.get('winnow_quotes_scored') === 1 &&
        shown.get('winnow_roll_up_lag_seconds') === 0 &&
        sumOf(shown, 'winnow_budget_alerts_total') > 0,
    );
    expect(samples.get('winnow_parked_jobs{scope="end-user"}')).toBe(0);
    expect([0, 1]).toContain(samples.get('winnow_quotes_inside'));
    expect(samples.get('winnow_budget_alerts_total{kind="tenant-day",percent="95"}')).toBe(1);
  });

  test('the executor shows what it booked, as the ledger has it, and what of it bought answers', async () => {
    const samples = await samplesOf(app('executor'));
    const books = await readBooks(apps.db);
    expect(Math.round(sumOf(samples, 'winnow_cost_usd_total') * 1e9)).toBe(Number(books.jobs));
    expect(sumOf(samples, 'winnow_useful_usd_total')).toBeCloseTo(sumOf(samples, 'winnow_cost_usd_total'), 12);
    expect([...samples.keys()]).toContainEqual(
      expect.stringMatching(
        /^winnow_cost_usd_total\{kind="analysis",task="review.sentiment",target="openai:[\w.-]+",tier="\w+"\}$/,
      ),
    );
  });
});
