import { startApps } from '@winnow/testing';
import { addRaw } from './lib/bullmq-floor';
import { closedLoop } from './lib/closed-loop';
import { median, print, quantile, readOptions, round, spread, tell } from './lib/report';
import { createSubmitter, liftRate } from './lib/submit';

const clients = 50;

// How many submissions a second one api takes: each is validated, checked against key and backlog, and written to Postgres durably.
const run = async (): Promise<void> => {
  const options = readOptions();
  const count = options.jobs ?? 5_000;
  tell('starting api and keeper');
  const apps = await startApps({
    apps: { collector: 0, executor: 0 },
    env: { BACKLOG_LIMIT: '1000000', WINNOW_LOG_LEVEL: 'warn' },
  });
  try {
    await liftRate(apps);
    const perSecond: number[] = [];
    const floor: number[] = [];
    const p50: number[] = [];
    const p99: number[] = [];
    for (let n = -1; n < options.runs; n += 1) {
      const { submit, close } = createSubmitter(apps, clients, `r${n}`);
      const loop = await closedLoop(clients, n < 0 ? 500 : count, submit);
      await close();
      const raw = await addRaw(apps.redisUrl, count, clients);
      if (n < 0) continue;
      perSecond.push(count / loop.seconds);
      floor.push(raw);
      p50.push(quantile(loop.millis, 0.5));
      p99.push(quantile(loop.millis, 0.99));
      tell(`run ${n + 1}: ${Math.round(count / loop.seconds)} accepted/s, raw add ${Math.round(raw)}/s`);
    }
    const stored = await apps.db.query<{ n: string }>('SELECT count(*) AS n FROM job');
    const sent = count * options.runs + 500;
    if (Number(stored[0]?.n) !== sent) throw new Error(`${stored[0]?.n} jobs are stored, ${sent} were accepted`);
    print(
      {
        name: 'accept',
        figures: {
          ...spread('perSecond', perSecond),
          p50Ms: round(median(p50)),
          p99Ms: round(median(p99)),
          bulk10kSeconds: null,
        },
        floor: { queueAddPerSecond: round(median(floor)) },
        ratio: { toFloor: round(median(perSecond) / median(floor)) },
        notes: [
          `${clients} clients, ${count} submissions a run, one api process`,
          'bulk10kSeconds: batches cannot be submitted yet',
        ],
      },
      options,
    );
  } finally {
    await apps.stop();
  }
};

run().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
