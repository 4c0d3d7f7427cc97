import {
  assertBooksAgree,
  assertInvoiceAgrees,
  liftLimits,
  openCuttable,
  readBooks,
  startApps,
  submitMany,
  sumMetric,
  untilAllDone,
  untilHoldsClosed,
  type Cuttable,
  type TestApps,
} from '@winnow/testing';

jest.setTimeout(120_000);

describe('Redis that goes away with calls under way', () => {
  let apps: TestApps;
  let way: Cuttable;
  beforeAll(async () => {
    const redis = new URL(process.env.TEST_REDIS_URL ?? '');
    redis.pathname = `/${Number(process.env.JEST_WORKER_ID ?? 1) % 16}`;
    way = await openCuttable(redis.href);
    apps = await startApps({ apps: { executor: 2 }, env: { REDIS_URL: way.url, SWEEP_EVERY_MS: '300' } });
    await liftLimits(apps);
  });
  afterAll(async () => {
    await apps?.stop();
    await way?.close();
  });

  const degraded = () => sumMetric(apps.running('executor'), 'winnow_gate_degraded');
  const untilDegraded = async (processes: number): Promise<void> => {
    for (const until = Date.now() + 20_000; (await degraded()) !== processes;)
      if (Date.now() > until) throw new Error(`${await degraded()} processes are degraded`);
  };

  test('what is in hand ends, what is sent again asks the gate of its own process, and the money is exact', async () => {
    // Half of what is in hand fails at first: its second send meets the gate while Redis is away.
    const nth = Array.from({ length: 10 }, (_, i) => 2 * i + 1);
    await apps.sandbox.control({ hold: true, faults: [{ kind: '503', nth }] });
    await submitMany(apps.api, 60, 10);
    await apps.sandbox.wait({ inFlight: 20 });
    await way.cut();
    await apps.sandbox.control({ hold: false });
    await untilDegraded(2);
    const ended = async (): Promise<number> => {
      const rows = await apps.db.query<{ n: number }>(`SELECT count(*)::int AS n FROM job WHERE state = 'succeeded'`);
      return rows[0]?.n ?? 0;
    };
    for (const until = Date.now() + 20_000; (await ended()) < 20;)
      if (Date.now() > until) throw new Error(`only ${await ended()} of the 20 in hand have ended`);

    await way.mend();
    expect(await untilAllDone(apps, 60_000)).toEqual({ succeeded: 60 });
    await untilDegraded(0);
    await untilHoldsClosed(apps, 20_000);
    assertBooksAgree(await readBooks(apps.db));
    await assertInvoiceAgrees(apps.db, await apps.sandbox.invoice());
  });
});
