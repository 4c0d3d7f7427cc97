import 'reflect-metadata';
import { createIntake, createTaskRegistry } from '@winnow/analysis';
import { systemClock, uuidv7 } from '@winnow/kernel';
import { boot, connectLearned, startWorkerApp } from '@winnow/platform';
import { createJournal, createNudges } from '@winnow/storage';

void boot('collector', (kit) =>
  startWorkerApp(kit, {
    queue: 'analyses',
    concurrency: kit.config.concurrency.collector,
    handler: ({ db, redis, catalogue, metrics }) => {
      const nudge = createNudges(redis, kit.config.queuePrefix).send;
      const intake = createIntake({
        journal: createJournal(db.rest),
        catalogue,
        routing: { mode: kit.config.router, random: Math.random, learned: connectLearned(kit, db) },
        tasks: createTaskRegistry(),
        clock: systemClock,
        now: systemClock.now,
        newReceiptId: uuidv7,
        onHop: ({ stage, outcome, ms }) =>
          metrics.stageSeconds.observe(
            { path: 'intake', stage, outcome: outcome === 'failed' ? 'failed' : 'passed' },
            ms / 1_000,
          ),
      });
      // What is handed over waits in the outbox: the relay need not find it by itself.
      return (job) => intake(job).finally(nudge);
    },
  }),
);
