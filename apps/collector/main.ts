import 'reflect-metadata';
import { boot, connectIntake, startWorkerApp } from '@winnow/platform';
import { createNudges } from '@winnow/storage';

void boot('collector', (kit) =>
  startWorkerApp(kit, {
    queue: 'analyses',
    concurrency: kit.config.concurrency.collector,
    handler: async (at) => {
      const nudge = createNudges(at.redis, kit.config.queuePrefix).send;
      const intake = connectIntake(kit, at);
      // What is handed over waits in the outbox: the relay need not find it by itself.
      return { work: (job) => intake(job).finally(nudge) };
    },
  }),
);
