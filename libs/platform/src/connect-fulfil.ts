import { setTimeout as wait } from 'node:timers/promises';
import {
  createFulfil,
  createIntake,
  createRunNow,
  createTaskRegistry,
  createTenantTasks,
  type FulfilRunPorts,
  type IntakePorts,
} from '@winnow/analysis';
import { hashJson, systemClock, uuidv7, type Hop } from '@winnow/kernel';
import { createJournal, createLedger, createSampling, createTaskVersions, type LiveCatalogue } from '@winnow/storage';
import type { Kit } from './boot';
import type { Connections } from './connect';
import { connectGuard } from './connect-guard';
import { connectLearned } from './connect-learned';
import { countBooked } from './count-booked';

interface Reach extends Connections {
  readonly catalogue: LiveCatalogue;
}

const observer =
  ({ metrics }: Kit, path: 'intake' | 'fulfil') =>
  ({ stage, outcome, ms }: Hop): void =>
    metrics.stageSeconds.observe({ path, stage, outcome: outcome === 'failed' ? 'failed' : 'passed' }, ms / 1_000);

const intakePorts = (
  kit: Kit,
  { db, catalogue }: Pick<Reach, 'db' | 'catalogue'>,
  learned = connectLearned(kit, db),
): IntakePorts => ({
  journal: createJournal(db.rest),
  catalogue,
  routing: { mode: kit.config.router, random: Math.random, learned },
  tasks: createTenantTasks(createTaskRegistry(), createTaskVersions(db.rest)),
  clock: systemClock,
  now: systemClock.now,
  newReceiptId: uuidv7,
  onHop: observer(kit, 'intake'),
});

/** Intake on Postgres. */
export const connectIntake = (kit: Kit, reach: Pick<Reach, 'db' | 'catalogue'>): ReturnType<typeof createIntake> =>
  createIntake(intakePorts(kit, reach));

/** Fulfil on Postgres and the providers; `runNow` falls through intake first. Loaded only by who spends: tokenizer and SDK weigh 100 MB. */
export const connectFulfil = async (kit: Kit, reach: Reach, leaseMs: number) => {
  const { config, log, lifecycle, metrics } = kit;
  const [{ createProviders }, { countTokens, countChatTokens }] = await Promise.all([
    import('@winnow/providers'),
    import('@winnow/kernel/tokens'),
  ]);
  const providers = createProviders(config.providers, config.providerTimeoutMs);
  const learned = connectLearned(kit, reach.db);
  const intake = intakePorts(kit, reach, learned);
  const gate = connectGuard({ ...kit, ...reach });
  const ports: FulfilRunPorts = {
    ...intake,
    ledger: createLedger(reach.db.ledger),
    providers,
    gate,
    onGateWait: (target, ms) => metrics.gateWaitSeconds.observe({ target }, ms / 1_000),
    sampling: createSampling(reach.db.rest, {
      rates: config.sampling,
      share: config.sampling.share,
      nowMs: systemClock.monotonicMs,
    }),
    learned,
    tokens: { text: countTokens, chat: countChatTokens },
    random: Math.random,
    newAttemptId: uuidv7,
    hashRequest: hashJson,
    timeoutMs: config.providerTimeoutMs,
    leaseMs,
    fused: true,
    stopping: lifecycle.stopping,
    wait: (ms) => wait(ms),
    onHop: observer(kit, 'fulfil'),
    onBooked: countBooked(metrics),
    onUnsettled: (stage, error) => log.error({ stage, err: error }, 'a stage failed'),
  };
  const fulfil = createFulfil(ports);
  // Only once no call is under way: whoever was let through has to be able to fire.
  const close = async (): Promise<void> => {
    await gate.close();
    await providers.close();
  };
  return { fulfil, runNow: createRunNow(intake, fulfil), journal: intake.journal, close };
};
