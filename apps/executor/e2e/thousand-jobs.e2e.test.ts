import {
  assertBooksAgree,
  assertInvoiceAgrees,
  assertReceiptAdds,
  liftLimits,
  readBooks,
  startApps,
  submitMany,
  untilAllDone,
  workedOn,
  type TestApps,
} from '@winnow/testing';
import type { ReceiptBody } from '@winnow/contracts';

jest.setTimeout(120_000);

describe('1,000 jobs by 50 clients, over two collectors and two executors', () => {
  let apps: TestApps;
  beforeAll(async () => {
    apps = await startApps({ apps: { collector: 2, executor: 2 } });
    await liftLimits(apps);
    await apps.sandbox.control({ latency: { kind: 'fixed', ms: 10 } });
  });
  afterAll(() => apps?.stop());

  test('all succeed exactly once, and receipts = ledger = invoice to the nano-dollar', async () => {
    const jobs = await submitMany(apps.api, 1_000, 50);
    expect(new Set(jobs.map(({ id }) => id)).size).toBe(1_000);
    expect(await untilAllDone(apps, 90_000)).toEqual({ succeeded: 1_000 });

    const invoice = (await apps.sandbox.invoice()).filter(({ billed }) => billed);
    expect(invoice).toHaveLength(1_000);
    const books = await readBooks(apps.db);
    assertBooksAgree(books);
    await assertInvoiceAgrees(apps.db, invoice);
    const billed = invoice.reduce((sum, { nano }) => sum + BigInt(nano), 0n);
    expect(books).toMatchObject({
      jobs: billed,
      receipts: billed,
      jobEntries: billed,
      budgetEntries: billed,
      held: 0n,
      openHolds: 0n,
    });

    const receipts = await apps.db.query<{ body: ReceiptBody }>('SELECT body FROM receipt');
    for (const { body } of receipts) assertReceiptAdds(body);
    expect(await apps.db.query('SELECT 1 FROM job WHERE runs <> 1')).toEqual([]);
  });

  test('both executors and both collectors took a share', async () => {
    for (const app of ['executor', 'collector'] as const) {
      const counts = await Promise.all(apps.running(app).map(workedOn));
      expect(counts.reduce((sum, n) => sum + n, 0)).toBeGreaterThanOrEqual(1_000);
      for (const count of counts) expect(count).toBeGreaterThan(200);
    }
  });
});
