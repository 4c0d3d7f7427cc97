import { assertBooksAgree, readBooks, reviewOf, startApps, type TestApps } from '@winnow/testing';

jest.setTimeout(90_000);

describe('a day whose budget holds a hundred worst cases', () => {
  let apps: TestApps;
  beforeAll(async () => {
    apps = await startApps({ clock: 'shifted', apps: { executor: 2 }, env: { SWEEP_EVERY_MS: '300' } });
    await apps.db.clock.advanceToLocal('UTC', '09:00');
    // A worst case of this task is about $0.00006: this day has room for some 80 calls at once, and for more once they are settled.
    await apps.db.query(`UPDATE tenant SET day_cap = 2000000`);
    await apps.db.query('UPDATE api_key SET per_minute = 100000000');
    await apps.sandbox.control({ latency: { kind: 'fixed', ms: 20 } });
  });
  afterAll(() => apps?.stop());

  const countBy = async (): Promise<Record<string, number>> => {
    const rows = await apps.db.query<{ state: string; n: number }>(
      'SELECT state, count(*)::int AS n FROM job GROUP BY 1',
    );
    return Object.fromEntries(rows.map(({ state, n }) => [state, n]));
  };
  const untilNone = async (...open: string[]): Promise<Record<string, number>> => {
    for (const until = Date.now() + 40_000; Date.now() < until;) {
      const counts = await countBy();
      if (open.every((state) => counts[state] === undefined)) return counts;
      await new Promise((next) => setTimeout(next, 100));
    }
    throw new Error(`still busy: ${JSON.stringify(await countBy())}`);
  };

  test('what fits runs, the rest is parked, and not a nano-dollar is over', async () => {
    const submit = (n: number) =>
      apps.api.submit({ task: 'review.sentiment', input: reviewOf(n), terms: { deadline: '2d' } });
    await Promise.all(Array.from({ length: 200 }, (_, n) => submit(n)));
    const refused = await apps.api.submit({ task: 'review.sentiment', input: reviewOf(999), whenOver: 'refuse' });
    const counts = await untilNone('queued', 'running');
    expect(counts.parked).toBeGreaterThan(50);
    expect(counts.succeeded).toBeGreaterThan(50);
    expect([402, 202]).toContain(refused.status);

    const books = await readBooks(apps.db);
    assertBooksAgree(books);
    const billed = await apps.sandbox.billed();
    expect(billed).toBe(books.jobs);
    expect(billed).toBeLessThanOrEqual(2_000_000n);
    expect(billed).toBeGreaterThan(1_940_000n);
  });

  test('what was parked goes on when its window has turned', async () => {
    await apps.db.query('UPDATE tenant SET day_cap = 2000000000');
    await apps.db.clock.advanceToLocal('UTC', '00:00:01');
    const counts = await untilNone('parked', 'queued', 'running');
    expect(counts.succeeded).toBeGreaterThanOrEqual(200);
    assertBooksAgree(await readBooks(apps.db));
  });
});
