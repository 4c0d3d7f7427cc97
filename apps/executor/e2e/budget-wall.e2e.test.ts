import { assertBooksAgree, assertInvoiceAgrees, readBooks, type TestApps } from '@winnow/testing';
import type { BudgetOut } from '@winnow/contracts';
import { dayNanos, passMidnight, startTwoDollarDay, submitLong, untilRested, watchMoney } from './lib/two-dollar-day';

jest.setTimeout(180_000);

describe('1,000 calls of about a cent at once on a $2.00 day, over four executors', () => {
  let apps: TestApps;
  beforeAll(async () => {
    apps = await startTwoDollarDay();
    await apps.sandbox.control({ latency: { kind: 'uniform', ms: 10, toMs: 40 } });
  });
  afterAll(() => apps?.stop());

  test('not a nano-dollar over at any time, all but 3 % used, the rest parked', async () => {
    const watch = await watchMoney(apps);
    await submitLong(apps, 1_000);
    const counts = await untilRested(apps, 90_000);
    const watched = await watch.stop();
    expect(watched).toMatchObject({ broken: [], over: 0n });
    expect(watched.samples).toBeGreaterThan(20);
    expect(watched.usedAtFirstParked).toBeGreaterThanOrEqual(970);

    const billed = await apps.sandbox.billed();
    expect(billed).toBeLessThanOrEqual(dayNanos);
    expect(billed).toBeGreaterThanOrEqual((dayNanos * 97n) / 100n);
    expect((counts.succeeded ?? 0) + (counts.parked ?? 0)).toBe(1_000);
    expect(counts.parked).toBeGreaterThan(700);
    const books = await readBooks(apps.db);
    assertBooksAgree(books);
    expect(books.jobs).toBe(billed);
    await assertInvoiceAgrees(apps.db, await apps.sandbox.invoice());
    // At its first try and after room came back: nobody goes back and forth for nothing.
    const [runs] = await apps.db.query<{ most: number }>(`SELECT max(hint) AS most FROM job WHERE state = 'parked'`);
    expect(runs?.most).toBeLessThan(20);
  });

  test('at midnight the oldest of them go on by themselves, and again no further than the cap', async () => {
    const before = await apps.sandbox.billed();
    const waiting = await apps.db.query<{ id: string }>(`SELECT id FROM job WHERE state = 'parked' ORDER BY id`);
    const watch = await watchMoney(apps);
    const turnedAt = await passMidnight(apps);
    await untilRested(apps, 90_000);
    const watched = await watch.stop();
    expect(watched).toMatchObject({ broken: [], over: 0n });
    const billed = (await apps.sandbox.billed()) - before;
    expect(billed).toBeLessThanOrEqual(dayNanos);
    expect(billed).toBeGreaterThanOrEqual((dayNanos * 97n) / 100n);

    // The oldest have had the money: whoever had some stands before whoever had none, but for one round that came back when it was gone again.
    const done = new Set(
      (await apps.db.query<{ id: string }>(`SELECT id FROM job WHERE state = 'succeeded'`)).map(({ id }) => id),
    );
    const order = waiting.map(({ id }) => done.has(id));
    const last = order.lastIndexOf(true);
    expect(last).toBeGreaterThan(150);
    expect(order.slice(0, last).filter((had) => !had).length).toBeLessThan(60);

    // All of it is the new day's: the day before stands as it stood.
    const days = await apps.db.query<{ today: boolean; money: string }>(
      `SELECT opens_at > $1::timestamptz - interval '1 minute' AS today, (spent + over)::text AS money
         FROM budget WHERE kind = 'tenant-day' AND spent > 0 ORDER BY opens_at`,
      [turnedAt],
    );
    expect(days).toEqual([
      { today: false, money: String(before) },
      { today: true, money: String(billed) },
    ]);
    // The jump outlived every lease: each worker was taken for dead once, and no job paid for that.
    const [jobs] = await apps.db.query(
      `SELECT sum(deaths)::int AS deaths, count(*) FILTER (WHERE state NOT IN ('succeeded', 'parked'))::int AS others FROM job`,
    );
    expect(jobs).toEqual({ deaths: 0, others: 0 });
    const workers = await apps.db.query(
      `SELECT count(*)::int AS live FROM worker WHERE app = 'executor' AND gone_at IS NULL`,
    );
    expect(workers).toEqual([{ live: 4 }]);
    assertBooksAgree(await readBooks(apps.db));
    await assertInvoiceAgrees(apps.db, await apps.sandbox.invoice());
  });

  test('a cap that is raised sends the rest on its way at once', async () => {
    const path = '/api/v1/budgets/tenant-day';
    const before = await apps.apiOf(0).send<BudgetOut>('GET', path);
    expect(before.body).toMatchObject({ scope: 'tenant-day', cap: '2.000000000' });
    expect(before.body.parked).toBeGreaterThan(400);
    const put = await apps.apiOf(0).send<BudgetOut>('PUT', path, { body: { cap: '20.00' } });
    expect(put).toMatchObject({ status: 200, body: { cap: '20.000000000' } });
    expect(put.body.parked).toBeLessThan(before.body.parked);
    expect(await untilRested(apps, 90_000)).toEqual({ succeeded: 1_000 });
    const books = await readBooks(apps.db);
    assertBooksAgree(books);
    expect(books.jobs).toBe(await apps.sandbox.billed());
  });
});
