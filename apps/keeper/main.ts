import 'reflect-metadata';
import { boot, connect, connectCatalogue, disconnect, every, eventually, type Kit, type Loop } from '@winnow/platform';
import { createProducers } from '@winnow/queue';
import {
  createNudges,
  createOutbox,
  createPurge,
  createTaskTrials,
  createUpkeep,
  readMoneyGauges,
} from '@winnow/storage';
import { createHintWorks } from './hint-works';
import { createLearnWork } from './learning/learn-works';
import { createMoneyWorks } from './money-works';
import { register } from './register';
import { showGauges } from './show-gauges';
import { createTrialWork } from './try-tasks';

const watchEveryMs = 2_000;
const markEveryMs = 1_000;
const gaugeEveryMs = 5_000;
const rollUpEveryMs = 2_000;
const budgetEveryMs = 10_000;
const reconcileEveryMs = 60_000;
const trialEveryMs = 1_000;
const purgeEveryMs = 60_000;
const livenessMs = 10_000;
const mostOutboxRows = 10_000;

const runKeeper = async (kit: Kit): Promise<void> => {
  const { config, log, metrics, health, lifecycle } = kit;
  const connections = await connect(kit, true);
  const { db, redis } = connections;
  await eventually(log, 'registration', async () => {
    await register(db, config);
    return null;
  });
  const producers = createProducers(config.redisUrl, config.queuePrefix, (error) => log.debug({ err: error }, 'queue'));
  const upkeep = createUpkeep(db);
  const outbox = createOutbox(db);
  const nudges = createNudges(redis, config.queuePrefix);
  const catalogue = await connectCatalogue(kit, db);
  const { relay, sweep, watch, watchRedis } = createHintWorks(kit, { ...connections, upkeep, outbox, producers });
  const money = createMoneyWorks(kit, { ...connections, upkeep, catalogue });

  const trials = createTrialWork({
    trials: createTaskTrials(db.rest),
    onDecided: ({ name, version }, { kind }) => log.info({ task: name, version, kind }, 'a trial was decided'),
    onFault: ({ id }, error) => log.error({ trial: id, err: error }, 'a definition cannot be read'),
  });

  const relayLoop = every('relay', config.relayEveryMs, log, relay);
  // Apart from the sweep, which asks Redis: holds and deadlines are Postgres's alone and go on while Redis is away.
  const reapLoop = every('reap', config.sweepEveryMs, log, async () => {
    await money.reap();
    await upkeep.unpark();
    await money.tieLooseEnds();
  });
  const loops: Loop[] = [
    relayLoop,
    reapLoop,
    every('sweep', config.sweepEveryMs, log, sweep),
    every('watch workers', watchEveryMs, log, watch),
    every('watch redis', markEveryMs, log, watchRedis),
    every('roll up', rollUpEveryMs, log, money.rollUp),
    every('budgets', budgetEveryMs, log, money.keepBudgets),
    ...(money.keepBooks === null ? [] : [every('reconcile', reconcileEveryMs, log, money.keepBooks)]),
    every('trials', trialEveryMs, log, trials),
    every('learn', config.learnEveryMs, log, createLearnWork(kit, connections, catalogue)),
    every('purge', purgeEveryMs, log, createPurge(db.rest)),
    every('gauges', gaugeEveryMs, log, async () => {
      await catalogue.refresh();
      metrics.outboxRows.set(await outbox.depth(mostOutboxRows));
      showGauges(metrics, await readMoneyGauges(db.rest));
    }),
  ];
  await nudges.listen(relayLoop.nudge);
  health.addLiveness('reap', async () => {
    const age = performance.now() - reapLoop.lastGoodMs();
    return age > livenessMs + config.sweepEveryMs ? `no reap ended in ${Math.round(age)} ms` : null;
  });
  lifecycle.onStop('loops', 10_000, async () => void (await Promise.all(loops.map((loop) => loop.stop()))));
  lifecycle.onStop('queues', 3_000, producers.close);
  lifecycle.onStop('connections', 3_000, () => disconnect(connections));
};

void boot('keeper', runKeeper);
