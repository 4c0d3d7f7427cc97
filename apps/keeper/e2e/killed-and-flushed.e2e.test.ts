import { Redis } from 'ioredis';
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

const expectAllOnce = async (apps: TestApps, jobs: number): Promise<void> => {
  expect(await untilAllDone(apps, 60_000)).toEqual({ succeeded: jobs });
  await untilHoldsClosed(apps, 10_000);
  const invoice = (await apps.sandbox.invoice()).filter(({ billed }) => billed);
  expect(invoice).toHaveLength(jobs);
  assertBooksAgree(await readBooks(apps.db));
  await assertInvoiceAgrees(apps.db, invoice);
};

describe('the keeper killed between add and mark', () => {
  let apps: TestApps;
  beforeAll(async () => {
    apps = await startApps({ apps: { keeper: 1 } });
    await liftLimits(apps);
    await apps.sandbox.control({ latency: { kind: 'fixed', ms: 5 } });
  });
  afterAll(() => apps?.stop());

  test('the hints are added again and every job still runs once', async () => {
    const [first] = apps.running('keeper');
    await first?.kill('SIGTERM');
    const doomed = await apps.start('keeper', { WINNOW_FAILPOINTS: 'relay=2' });
    await submitMany(apps.api, 200, 20);
    await doomed.exited;
    await apps.start('keeper');
    await expectAllOnce(apps, 200);
  });

  test('two keepers at once do no work twice', async () => {
    await apps.start('keeper');
    await submitMany(apps.api, 300, 20, 1_000);
    await expectAllOnce(apps, 500);
    expect(await apps.db.query('SELECT 1 FROM job WHERE runs <> 1')).toEqual([]);
  });
});

describe('Redis wiped in the middle of 500 jobs', () => {
  let apps: TestApps;
  let redis: Redis;
  beforeAll(async () => {
    apps = await startApps({ apps: { collector: 1, executor: 2 }, env: { SWEEP_EVERY_MS: '1000' } });
    await liftLimits(apps);
    await apps.sandbox.control({ latency: { kind: 'fixed', ms: 40 } });
    redis = new Redis(apps.redisUrl);
  });
  afterAll(async () => {
    redis?.disconnect();
    await apps?.stop();
  });

  test('every job still ends once, and the money adds up', async () => {
    const submitting = submitMany(apps.api, 500, 25);
    await apps.sandbox.wait({ answers: 50 });
    // FLUSHDB is FLUSHALL for the one database of Redis that these apps know.
    await redis.flushdb();
    await submitting;
    await apps.sandbox.wait({ answers: 200 });
    await redis.flushdb();
    await expectAllOnce(apps, 500);
  });
});
