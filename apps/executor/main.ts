import 'reflect-metadata';
import { boot, connectFulfil, startWorkerApp } from '@winnow/platform';

void boot('executor', (kit) =>
  startWorkerApp(kit, {
    queue: 'executions',
    concurrency: kit.config.concurrency.executor,
    ahead: Math.ceil(kit.config.concurrency.executor / 10) + 1,
    handler: async (at) => {
      const { fulfil, close } = await connectFulfil(kit, at, at.leaseMs);
      return { work: (job, done) => fulfil(job, { onFallen: done }), close };
    },
  }),
);
