import { uuidv7 } from '@winnow/kernel';
import { failpoint, type Connections, type Kit } from '@winnow/platform';
import type { Producers } from '@winnow/queue';
import type { Outbox, Upkeep } from '@winnow/storage';
import { createRelay } from './relay';
import { remembered } from './remembered';
import { createSweep } from './sweep';
import { createRedisWatch } from './watch-redis';
import { createWatch } from './watch-workers';

interface HintParts extends Connections {
  readonly upkeep: Upkeep;
  readonly outbox: Outbox;
  readonly producers: Producers;
}

const quietMs = 10_000;
const slotsForMs = 2_000;

/** What brings every open row to a worker, whoever dies and whatever Redis loses. */
export const createHintWorks = (kit: Kit, { db, redis, upkeep, outbox, producers }: HintParts) => {
  const { config, log, metrics } = kit;
  const markKey = `${config.queuePrefix}:keeper-mark`;
  return {
    relay: createRelay({
      outbox,
      producers,
      sent: () => failpoint('relay'),
      liveSlots: remembered(slotsForMs, upkeep.liveSlots),
      onRelayed: (queue, hints) => metrics.relayed.inc({ queue }, hints),
    }),
    sweep: createSweep({
      upkeep,
      producers,
      onSweep: (hints) => {
        metrics.redeliveries.inc({ cause: 'lost-hint' }, hints);
        log.info({ hints }, 'hints that Redis had lost were sent again');
      },
    }),
    watch: createWatch({
      upkeep,
      goneAfterMs: config.workerGoneAfterMs,
      quietMs: Math.min(quietMs, config.workerGoneAfterMs),
      reach: () => db.rest.query('SELECT 1'),
      nowMs: () => performance.now(),
      onGone: (workers, rows) => {
        metrics.redeliveries.inc({ cause: 'worker-gone' }, rows);
        log.warn({ workers, rows }, 'workers are gone: their rows were sent out again');
      },
    }),
    watchRedis: createRedisWatch({
      mark: { get: () => redis.commands.get(markKey), set: (mark) => redis.commands.set(markKey, mark) },
      newMark: uuidv7,
      upkeep,
      onLost: (rows) => {
        metrics.redeliveries.inc({ cause: 'redis-lost' }, rows);
        log.warn({ rows }, 'Redis lost what it had: every open row got a new hint');
      },
    }),
  };
};
