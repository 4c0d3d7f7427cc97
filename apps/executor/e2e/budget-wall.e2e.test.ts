import { assertBooksAgree, assertInvoiceAgrees, readBooks, type TestApps } from '@winnow/testing';
import type { BudgetOut } from '@winnow/contracts';
import {
  countStates,
  dayNanos,
  invoiceSum,
  startTwoDollarDay,
  submitLong,
  turnWindows,
  untilRested,
  watchMoney,
} from './lib/two-dollar-day';

jest.setTimeout(180_000);

describe('1,000 calls of about a cent at once on a $2.00 day, over four executors', () => {
  let apps: TestApps;
  beforeAll(async () => {
    apps = await startTwoDollarDay();
    await apps.sandbox.control({ latency: { kind: 'uniform', ms: 10, toMs: 40 } });
  });
  afterAll(() => apps?.stop());

  test('not a nano-dollar over at any time, all but 3 % used, the rest parked', async () => {
    const watch = watchMoney(apps);
    await submitLong(apps, 1_000);
    const counts = await untilRested(apps, 90_000);
    const { broken, samples } = await watch.stop();
    expect(broken).toEqual([]);
    expect(samples).toBeGreaterThan(20);

    const billed = await invoiceSum(apps);
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

  test('the next day the oldest of them go on, and again no further than its cap', async () => {
    const before = await invoiceSum(apps);
    const { succeeded = 0 } = await countStates(apps);
    const turnedAt = new Date();
    await turnWindows(apps);
    const watch = watchMoney(apps);
    const counts = await untilRested(apps, 90_000);
    expect((await watch.stop()).broken).toEqual([]);
    expect(counts.succeeded).toBeGreaterThan(succeeded + 150);
    const billed = (await invoiceSum(apps)) - before;
    expect(billed).toBeLessThanOrEqual(dayNanos);
    expect(billed).toBeGreaterThanOrEqual((dayNanos * 97n) / 100n);
    const ages = await apps.db.query<{ older: number }>(
      `SELECT count(*)::int AS older FROM job WHERE state = 'parked' AND id < (
         SELECT id FROM job WHERE state = 'succeeded' AND started_at > $1 ORDER BY id DESC LIMIT 1)`,
      [turnedAt],
    );
    // Those who came back first when the money was gone again, no more than one round.
    expect(ages[0]?.older).toBeLessThan(60);
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
    expect(books.jobs).toBe(await invoiceSum(apps));
  });
});
