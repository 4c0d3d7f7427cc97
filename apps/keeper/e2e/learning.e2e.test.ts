import { taskQualityOut, routeOut } from '@winnow/contracts';
import {
  assertBooksAgree,
  assertReceiptAdds,
  liftLimits,
  readBooks,
  startApps,
  submitMany,
  sumMetric,
  untilAllDone,
  type TestApps,
} from '@winnow/testing';

jest.setTimeout(240_000);

const jobs = 300;
const task = 'review.sentiment';

describe('a product that learns of its own answers', () => {
  let apps: TestApps;
  beforeAll(async () => {
    const env = {
      SHADOW_RATE: '1',
      AUDIT_SHARE: '100',
      LEARN_EVERY_MS: '1000',
      WINNOW_LADDERS: `${task}=openai/gpt-4o>openai/gpt-4.1`,
    };
    apps = await startApps({ env });
    await liftLimits(apps);
    // labels that are wrong: what no check of the task can know, and only another model's answer shows
    await apps.sandbox.control({
      latency: { kind: 'fixed', ms: 0 },
      quality: { errorRate: { 'gpt-4o': 0.3, 'gpt-4.1': 0 } },
    });
    // what a tenant's jobs have cost is what checking may cost: the first ones pay for those behind them
    for (let sent = 0; sent < jobs || (await comparisons()) < 150; sent += 50) {
      expect(sent).toBeLessThan(5_000);
      await submitMany(apps.api, 50, 10, sent);
      await untilAllDone(apps, 60_000);
    }
  });
  afterAll(() => apps?.stop());

  const comparisons = async (): Promise<number> => {
    const rows = await apps.db.query<{ n: string }>('SELECT count(*) AS n FROM sample');
    return Number(rows[0]?.n);
  };
  const untilLearnt = async (sql: string): Promise<Record<string, unknown>[]> => {
    for (const until = Date.now() + 40_000; ;) {
      const rows = await apps.db.query<Record<string, unknown>>(sql);
      if (rows.length > 0) return rows;
      if (Date.now() > until) throw new Error(`nothing came of ${sql}`);
      await new Promise((next) => setTimeout(next, 200));
    }
  };

  test('answers become outcomes and samples, and those a score and a threshold', async () => {
    await untilLearnt(`SELECT 1 FROM outcome GROUP BY task HAVING count(DISTINCT job_id) >= ${jobs}`);
    const [samples] = await untilLearnt(
      `SELECT count(*)::int AS n, avg(agreed::int)::float8 AS agreed FROM sample WHERE subject = 'openai/gpt-4o' HAVING count(*) >= 150`,
    );
    expect(samples?.agreed).toBeGreaterThan(0.5);
    expect(samples?.agreed).toBeLessThan(0.9);
    const [score] = await untilLearnt(`SELECT rows, metrics FROM learned WHERE kind = 'score' AND state = 'live'`);
    expect(score?.rows).toBeGreaterThanOrEqual(100);
    const [threshold] = await untilLearnt(
      `SELECT metrics FROM learned WHERE kind = 'threshold' AND state = 'live' AND metrics ->> 'bound' IS NOT NULL`,
    );
    expect(threshold?.metrics).toMatchObject({ why: expect.stringContaining('go up') });
    await untilLearnt(`SELECT 1 FROM learned WHERE kind = 'router'`);
    await untilLearnt(`SELECT 1 FROM learned WHERE kind = 'quality' AND state = 'live'`);
    const keeper = apps.running('keeper');
    expect(await sumMetric(keeper, 'winnow_learned_version')).toBeGreaterThanOrEqual(3);
    expect(await sumMetric(keeper, 'winnow_training_seconds_count')).toBeGreaterThanOrEqual(1);
  });

  test('from then on a score is a probability, and an answer that looks too poor goes up', async () => {
    const seen = async (): Promise<boolean> => {
      const [job] = await submitMany(apps.api, 1, 1, 10_000 + Math.floor(performance.now()));
      await apps.api.done(job?.id ?? '');
      const { body } = await apps.api.receipt(job?.id ?? '');
      assertReceiptAdds(body);
      const { calibrated } = body.quality;
      if (calibrated) expect(body.lines.find(({ stage }) => stage === 'score')?.why).toContain('learned');
      return calibrated && body.lines.some(({ stage, outcome }) => stage === 'escalate' && outcome !== 'good');
    };
    for (let tries = 0; !(await seen()); tries += 1) expect(tries).toBeLessThan(40);
  });

  test('the quality of the task is shown, with what it rests on', async () => {
    const { status, body } = await apps.api.send('GET', `/api/v1/tasks/${task}/quality`);
    expect(status).toBe(200);
    const quality = taskQualityOut.parse(body);
    expect(quality.n).toBeGreaterThanOrEqual(jobs);
    const weak = quality.data.find(({ model }) => model === 'openai/gpt-4o');
    expect(weak).toMatchObject({ tier: expect.any(String), lane: 'direct', byLabeller: [{ labeller: 'shadow' }] });
    expect(weak?.mean).toBeGreaterThan(0.55);
    expect(weak?.mean).toBeLessThan(0.85);
    const preview = await apps.api.send('POST', '/api/v1/models/route', {
      body: { task, input: { text: 'Great sound, poor battery' } },
    });
    expect([preview.status, routeOut.parse(preview.body).ladder.length]).toEqual([200, 2]);
  });

  test('every receipt adds up, and no scope is past its cap', async () => {
    const receipts = await apps.db.query<{ body: Parameters<typeof assertReceiptAdds>[0] }>('SELECT body FROM receipt');
    expect(receipts.length).toBeGreaterThanOrEqual(jobs);
    for (const { body } of receipts) assertReceiptAdds(body);
    assertBooksAgree(await readBooks(apps.db));
  });
});
