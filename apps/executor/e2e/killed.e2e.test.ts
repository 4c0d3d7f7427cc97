import {
  assertBooksAgree,
  assertInvoiceAgrees,
  liftLimits,
  readBooks,
  startApps,
  submitMany,
  untilAllDone,
  untilHoldsClosed,
  type TestApps,
} from '@winnow/testing';

jest.setTimeout(120_000);

describe('an executor killed in mid-call', () => {
  let apps: TestApps;
  beforeAll(async () => {
    apps = await startApps({
      env: {
        WORKER_GONE_AFTER_MS: '3000',
        SWEEP_EVERY_MS: '500',
        PROVIDER_TIMEOUT_MS: '4000',
        EXECUTOR_CONCURRENCY: '10',
      },
    });
    await liftLimits(apps);
  });
  afterAll(() => apps?.stop());

  test('every job ends once, and what the dead process had sent is in the ledger', async () => {
    await apps.sandbox.control({ hold: true });
    await submitMany(apps.api, 60, 20);
    await apps.sandbox.wait({ inFlight: 10 });
    const [victim] = apps.running('executor');
    await victim?.kill('SIGKILL');
    await apps.sandbox.control({ hold: false, latency: { kind: 'fixed', ms: 5 } });
    await apps.start('executor');

    expect(await untilAllDone(apps, 60_000)).toEqual({ succeeded: 60 });
    await untilHoldsClosed(apps, 30_000);
    const books = await readBooks(apps.db);
    assertBooksAgree(books);
    await assertInvoiceAgrees(apps.db, await apps.sandbox.invoice());

    const states = await apps.db.query<{ state: string; n: number }>(
      'SELECT state, count(*)::int AS n FROM hold GROUP BY 1 ORDER BY 1',
    );
    expect(states).toEqual([
      { state: 'settled', n: 60 },
      { state: 'unknown', n: 10 },
    ]);
    // A job that lost its worker was run once more, and no other was: those in its ten slots, and those it had claimed ahead.
    const again = (await apps.db.query('SELECT 1 FROM job WHERE deaths = 1')).length;
    expect(again).toBeGreaterThanOrEqual(10);
    expect(again).toBeLessThanOrEqual(12);
    expect(await apps.db.query(`SELECT job_id FROM event WHERE kind = 'done' GROUP BY 1 HAVING count(*) <> 1`)).toEqual(
      [],
    );
  });
});
