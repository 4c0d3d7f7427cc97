import 'reflect-metadata';
import { setTimeout as wait } from 'node:timers/promises';
import { createFulfil, createTaskRegistry } from '@winnow/analysis';
import { hashJson, systemClock, uuidv7 } from '@winnow/kernel';
import { countChatTokens, countTokens } from '@winnow/kernel/tokens';
import { boot, connectLearned, startWorkerApp } from '@winnow/platform';
import { createProviders } from '@winnow/providers';
import { createJournal, createLedger, createSampling } from '@winnow/storage';
import { connectGuard } from './connect-guard';
import { countBooked } from './count-booked';

void boot('executor', (kit) => {
  const { config, lifecycle, log, metrics } = kit;
  const providers = createProviders(config.providers, config.providerTimeoutMs);
  let gate: ReturnType<typeof connectGuard> | undefined;
  return startWorkerApp(kit, {
    queue: 'executions',
    concurrency: config.concurrency.executor,
    // Only once no call is under way: whoever was let through has to be able to fire.
    close: async () => {
      await gate?.close();
      await providers.close();
    },
    handler: (worker) => {
      const { db, catalogue, leaseMs } = worker;
      gate = connectGuard(worker);
      return createFulfil({
        ledger: createLedger(db.ledger),
        journal: createJournal(db.rest),
        providers,
        gate,
        onGateWait: (target, ms) => metrics.gateWaitSeconds.observe({ target }, ms / 1_000),
        catalogue,
        tasks: createTaskRegistry(),
        sampling: createSampling(db.rest, {
          rates: config.sampling,
          share: config.sampling.share,
          nowMs: systemClock.monotonicMs,
        }),
        learned: connectLearned(kit, db),
        tokens: { text: countTokens, chat: countChatTokens },
        clock: systemClock,
        now: systemClock.now,
        random: Math.random,
        newAttemptId: uuidv7,
        newReceiptId: uuidv7,
        hashRequest: hashJson,
        timeoutMs: config.providerTimeoutMs,
        leaseMs,
        stopping: lifecycle.stopping,
        wait: (ms) => wait(ms),
        onHop: ({ stage, outcome, ms }) =>
          metrics.stageSeconds.observe(
            { path: 'fulfil', stage, outcome: outcome === 'failed' ? 'failed' : 'passed' },
            ms / 1_000,
          ),
        onBooked: countBooked(metrics),
        onUnsettled: (stage, error) => log.error({ stage, err: error }, 'a stage failed'),
      });
    },
  });
});
