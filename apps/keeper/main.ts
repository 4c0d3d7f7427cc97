import 'reflect-metadata';
import { printUsd, systemClock, uuidv7 } from '@winnow/kernel';
import {
  boot,
  connect,
  connectCatalogue,
  disconnect,
  every,
  eventually,
  failpoint,
  type Kit,
  type Loop,
} from '@winnow/platform';
import { createProducers } from '@winnow/queue';
import { createSandboxInvoice } from '@winnow/providers';
import {
  createBudgetUpkeep,
  createJournal,
  createNudges,
  createOutbox,
  createQuotes,
  createReconciliation,
  createRollUp,
  createUpkeep,
  createWakes,
  type BudgetUpkeep,
  type Database,
} from '@winnow/storage';
import { createBudgetWork, createReconcileWork } from './keep-books';
import { register } from './register';
import { driftOf } from './reconcile';
import { createRelay } from './relay';
import { createRollUpWork } from './roll-up';
import { createSweep } from './sweep';
import { createTieLooseEnds } from './tie-loose-ends';
import { createRedisWatch } from './watch-redis';
import { createWatch } from './watch-workers';

const quietMs = 10_000;
const watchEveryMs = 2_000;
const markEveryMs = 1_000;
const slotsForMs = 2_000;
const gaugeEveryMs = 5_000;
const rollUpEveryMs = 2_000;
const budgetEveryMs = 10_000;
const reconcileEveryMs = 60_000;
const purgeEveryMs = 60_000;
/** how long a sent call may be silent before it counts as billed: well over the time-out of a call */
const silentMs = (timeoutMs: number): number => timeoutMs * 2;
const livenessMs = 10_000;

/** The last answer stands for a while: the relay asks many times a second for what changes once in minutes. */
const remembered = <Key, Value>(forMs: number, ask: (key: Key) => Promise<Value>) => {
  const known = new Map<Key, { until: number; value: Promise<Value> }>();
  return (key: Key): Promise<Value> => {
    const last = known.get(key);
    if (last !== undefined && last.until > performance.now()) return last.value;
    const value = ask(key);
    known.set(key, { until: performance.now() + forMs, value });
    value.catch(() => known.delete(key));
    return value;
  };
};

/** The sandbox's invoice is the one that can be read so far: null where real providers are called. */
const sandboxBooks = ({ config, metrics, log }: Kit, db: Pick<Database, 'rest'>, budgets: BudgetUpkeep) => {
  const [first] = config.providers;
  if (!config.sandbox || first === undefined) return null;
  const providers = config.providers.map(({ name }) => name);
  const root = first.baseUrl.replace(`/${first.name}/v1`, '');
  return createReconcileWork({
    budgets,
    books: createReconciliation(db.rest),
    reader: createSandboxInvoice(root, providers),
    listedWithinMs: silentMs(config.providerTimeoutMs),
    onReconciled: ({ lines, compared, unbilled, strays }) => {
      for (const one of compared) {
        metrics.billedToBooked.set({ provider: one.provider }, driftOf(one));
        metrics.correctedCalls.inc({ provider: one.provider }, one.corrected);
      }
      metrics.invoiceStrays.set(strays);
      log[strays > 0 ? 'error' : 'info']({ lines, unbilled, strays }, 'the ledger was held against the invoice');
    },
    onDrift: ({ provider, calls, billed, booked }, drift) =>
      log.error(
        { provider, calls, billed: printUsd(billed), booked: printUsd(booked), drift },
        'a provider billed otherwise than was booked; the difference is booked now',
      ),
  });
};

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
  const wakes = createWakes(redis, config.queuePrefix);
  const catalogue = await connectCatalogue(kit, db);

  const relay = createRelay({
    outbox,
    producers,
    sent: () => failpoint('relay'),
    liveSlots: remembered(slotsForMs, upkeep.liveSlots),
    onRelayed: (queue, hints) => metrics.relayed.inc({ queue }, hints),
  });
  const sweep = createSweep({
    upkeep,
    producers,
    onSweep: (hints) => {
      metrics.redeliveries.inc({ cause: 'lost-hint' }, hints);
      log.info({ hints }, 'hints that Redis had lost were sent again');
    },
  });
  const tieLooseEnds = createTieLooseEnds({
    upkeep,
    catalogue,
    journal: createJournal(db.rest),
    newReceiptId: uuidv7,
    now: systemClock.now,
    onEnded: wakes.publish,
    onFault: (job, error) => log.error({ job, err: error }, 'a job could not be ended'),
  });
  const reap = async (): Promise<void> => {
    const closed = await upkeep.reap(silentMs(config.providerTimeoutMs));
    for (const kind of ['released', 'unknown'] as const) metrics.holdsReaped.inc({ kind }, closed[kind]);
    if (closed.released + closed.unknown > 0) log.info(closed, 'holds closed that nobody would have closed');
  };
  const rollUp = createRollUpWork({
    rollUp: createRollUp(db.rest),
    quotes: createQuotes(db.rest),
    onScored: ({ id, task }, inside) => log.debug({ quote: id, task, inside }, 'a forecast was scored'),
  });
  const budgets = createBudgetUpkeep(db.rest);
  const keepBudgets = createBudgetWork({
    budgets,
    onAlert: ({ tenant, kind, subject, percent, spent, cap }) => {
      metrics.budgetAlerts.inc({ kind, percent: String(percent) });
      log.warn({ tenant, kind, subject, percent, spent: printUsd(spent), cap: printUsd(cap) }, 'a budget runs low');
    },
  });
  const keepBooks = sandboxBooks(kit, db, budgets);
  const watch = createWatch({
    upkeep,
    goneAfterMs: config.workerGoneAfterMs,
    quietMs: Math.min(quietMs, config.workerGoneAfterMs),
    reach: () => db.rest.query('SELECT 1'),
    nowMs: () => performance.now(),
    onGone: (workers, rows) => {
      metrics.redeliveries.inc({ cause: 'worker-gone' }, rows);
      log.warn({ workers, rows }, 'workers are gone: their rows were sent out again');
    },
  });
  const markKey = `${config.queuePrefix}:keeper-mark`;
  const watchRedis = createRedisWatch({
    mark: { get: () => redis.commands.get(markKey), set: (mark) => redis.commands.set(markKey, mark) },
    newMark: uuidv7,
    upkeep,
    onLost: (rows) => {
      metrics.redeliveries.inc({ cause: 'redis-lost' }, rows);
      log.warn({ rows }, 'Redis lost what it had: every open row got a new hint');
    },
  });

  const relayLoop = every('relay', config.relayEveryMs, log, relay);
  // Apart from the sweep, which asks Redis: holds and deadlines are Postgres's alone and go on while Redis is away.
  const reapLoop = every('reap', config.sweepEveryMs, log, async () => {
    await reap();
    await upkeep.unpark();
    await tieLooseEnds();
  });
  const loops: Loop[] = [
    relayLoop,
    reapLoop,
    every('sweep', config.sweepEveryMs, log, sweep),
    every('watch workers', watchEveryMs, log, watch),
    every('watch redis', markEveryMs, log, watchRedis),
    every('roll up', rollUpEveryMs, log, rollUp),
    every('budgets', budgetEveryMs, log, keepBudgets),
    ...(keepBooks === null ? [] : [every('reconcile', reconcileEveryMs, log, keepBooks)]),
    every('purge', purgeEveryMs, log, upkeep.purge),
    every('gauges', gaugeEveryMs, log, async () => {
      await catalogue.refresh();
      metrics.outboxRows.set(await outbox.depth(10_000));
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
