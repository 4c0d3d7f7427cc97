import { createProducers } from '@winnow/queue';
import { assertBooksAgree, assertInvoiceAgrees, readBooks, startApps, type TestApps } from '@winnow/testing';
import { drainNoOp } from './lib/bullmq-floor';
import { closedLoop } from './lib/closed-loop';
import { median, print, readOptions, round, spread, tell } from './lib/report';
import { createSubmitter, liftRate } from './lib/submit';
import { untilDrained } from './lib/until-drained';

const slots = 50;
const callMs = 200;
const ideal = (slots * 1_000) / callMs;
const submitters = 50;
const withinMs = 180_000;
const many = { reviews: 5_000, executors: 2, slots: 100, fastestMs: 1_000, slowestMs: 2_000 } as const;

interface House {
  readonly executors: number;
  readonly slots: number;
  readonly latency: object;
}

/** Jobs accepted while the queue is paused, then drained: seconds from the resume to the last receipt. */
const drain = async (apps: TestApps, count: number, label: string): Promise<number> => {
  const producers = createProducers(apps.redisUrl, apps.prefix, () => undefined);
  try {
    await producers.queues.analyses.pause();
    const { submit, close } = createSubmitter(apps, submitters, label);
    await closedLoop(submitters, count, submit);
    await close();
    const began = performance.now();
    await producers.queues.analyses.resume();
    await untilDrained(apps, withinMs);
    return (performance.now() - began) / 1_000;
  } finally {
    await producers.close();
  }
};

/** Starts a house, measures in it, and checks that every job was billed once and every sum agrees. */
const inHouse = async (house: House, work: (apps: TestApps) => Promise<number>): Promise<void> => {
  const apps = await startApps({
    apps: { executor: house.executors },
    env: { EXECUTOR_CONCURRENCY: String(house.slots), COLLECTOR_CONCURRENCY: '50', WINNOW_LOG_LEVEL: 'warn' },
  });
  try {
    await liftRate(apps);
    await apps.sandbox.control({ latency: house.latency });
    const expected = await work(apps);
    assertBooksAgree(await readBooks(apps.db));
    const invoice = await apps.sandbox.invoice();
    await assertInvoiceAgrees(apps.db, invoice);
    if (invoice.length !== expected) throw new Error(`${invoice.length} calls were billed for ${expected} jobs`);
  } finally {
    await apps.stop();
  }
};

// How much of the slots is used: what a queue, a ledger and receipts leave of them. The ramps at both ends count.
const run = async (): Promise<void> => {
  const options = readOptions();
  const jobs = options.jobs ?? 2_500;
  const perSecond: number[] = [];
  const floor: number[] = [];
  tell('starting the apps');
  await inHouse({ executors: 1, slots, latency: { kind: 'fixed', ms: callMs } }, async (apps) => {
    await drain(apps, slots * 4, 'warm');
    for (let n = 0; n < options.runs; n += 1) {
      perSecond.push(jobs / (await drain(apps, jobs, `s${n}`)));
      floor.push(await drainNoOp(apps.redisUrl, jobs, slots, callMs));
      tell(`run ${n + 1}: ${round(perSecond[n] ?? 0)} jobs/s of ${ideal}, raw BullMQ ${round(floor[n] ?? 0)}/s`);
    }
    return slots * 4 + jobs * options.runs;
  });
  const { reviews, executors, slots: slotsEach, fastestMs, slowestMs } = many;
  let reviewSeconds = 0;
  tell(`${reviews} reviews of ${fastestMs} to ${slowestMs} ms on ${executors} executors of ${slotsEach} slots`);
  await inHouse(
    { executors, slots: slotsEach, latency: { kind: 'uniform', ms: fastestMs, toMs: slowestMs } },
    async (apps) => {
      reviewSeconds = await drain(apps, reviews, 'many');
      return reviews;
    },
  );
  print(
    {
      name: 'slots',
      figures: {
        ...spread('jobsPerSecond', perSecond),
        ideal,
        reviews5kSeconds: round(reviewSeconds),
        reviews5kIdealSeconds: round((reviews * (fastestMs + slowestMs)) / 2_000 / (executors * slotsEach)),
      },
      floor: { bullmqPerSecond: round(median(floor)) },
      ratio: { toIdeal: round(median(perSecond) / ideal), toBullmq: round(median(perSecond) / median(floor)) },
      notes: [
        `${jobs} jobs a run, ${slots} slots of ${callMs} ms in one executor, one tenant's day for all holds`,
        'from the resume of the paused queue to the last receipt; raw BullMQ waits as long and does nothing else',
      ],
    },
    options,
  );
};

run().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
