import { createProducers } from '@winnow/queue';
import { assertBooksAgree, assertInvoiceAgrees, readBooks, startApps, type TestApps } from '@winnow/testing';
import { drainNoOp } from './lib/bullmq-floor';
import { closedLoop } from './lib/closed-loop';
import { median, print, readOptions, round, spread, tell } from './lib/report';
import { untilDrained } from './lib/until-drained';
import { createSubmitter, liftRate } from './lib/submit';

const slots = 50;
const collectorSlots = 50;
const withinMs = 120_000;

const commits = async (apps: TestApps): Promise<number> => {
  await apps.db.query('SELECT pg_stat_force_next_flush()').catch(() => undefined);
  const rows = await apps.db.query<{ n: string }>(
    'SELECT xact_commit AS n FROM pg_stat_database WHERE datname = current_database()',
  );
  return Number(rows[0]?.n ?? 0);
};

// From accepted to the settled receipt: relay, claim, route, plan, hand over, relay, claim, hold, send, call, settle, receipt.
// The jobs are accepted first, with the queue paused, so that accepting does not take the processor from what is measured.
const run = async (): Promise<void> => {
  const options = readOptions();
  const jobs = options.jobs ?? 2_000;
  tell('starting the apps');
  const apps = await startApps({
    env: {
      EXECUTOR_CONCURRENCY: String(slots),
      COLLECTOR_CONCURRENCY: String(collectorSlots),
      WINNOW_LOG_LEVEL: 'warn',
    },
  });
  const producers = createProducers(apps.redisUrl, apps.prefix, () => undefined);
  try {
    await liftRate(apps);
    await apps.sandbox.control({ latency: { kind: 'fixed', ms: 0 } });
    const perSecond: number[] = [];
    const floor: number[] = [];
    const perJob: number[] = [];
    for (let n = -1; n < options.runs; n += 1) {
      const count = n < 0 ? 300 : jobs;
      await producers.queues.analyses.pause();
      const { submit, close } = createSubmitter(apps, slots, `d${n}`);
      await closedLoop(slots, count, submit);
      await close();
      const before = await commits(apps);
      const began = performance.now();
      await producers.queues.analyses.resume();
      await untilDrained(apps, withinMs);
      const seconds = (performance.now() - began) / 1_000;
      const after = await commits(apps);
      const raw = await drainNoOp(apps.redisUrl, jobs, slots);
      if (n < 0) continue;
      perSecond.push(count / seconds);
      floor.push(raw);
      perJob.push((after - before) / count);
      tell(`run ${n + 1}: ${Math.round(count / seconds)} jobs/s, raw BullMQ ${Math.round(raw)}/s`);
    }
    const books = await readBooks(apps.db);
    assertBooksAgree(books);
    const invoice = await apps.sandbox.invoice();
    await assertInvoiceAgrees(apps.db, invoice);
    const expected = jobs * options.runs + 300;
    if (invoice.length !== expected) throw new Error(`${invoice.length} calls were billed for ${expected} jobs`);
    print(
      {
        name: 'drain',
        figures: { ...spread('jobsPerSecond', perSecond), jobs, commitsPerJob: round(median(perJob)) },
        floor: { bullmqPerSecond: round(median(floor)), graphilePerSecond: null, pgbossPerSecond: null },
        ratio: { toBullmq: round(median(perSecond) / median(floor)) },
        notes: [
          `one executor of ${slots} slots, one collector of ${collectorSlots}, one keeper, one api, instant provider over HTTP`,
          `${expected} jobs, ${expected} billed calls, receipts = ledger = invoice = ${books.jobs} nano-dollars`,
        ],
      },
      options,
    );
  } finally {
    await producers.close();
    await apps.stop();
  }
};

run().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
