import { queueNames, queues, type QueueName } from '@winnow/contracts';
import { mostHintsAtOnce, type Producers } from '@winnow/queue';
import type { Outbox } from '@winnow/storage';

interface RelayPorts {
  readonly outbox: Outbox;
  readonly producers: Pick<Producers, 'waiting' | 'send'>;
  readonly liveSlots: (app: string) => Promise<number>;
  /** passed between the add to Redis and the mark in Postgres: where a test lets the keeper die */
  readonly sent: () => void;
  readonly onRelayed: (queue: QueueName, hints: number) => void;
}

const hintsPerSlot = 4;
const fewestHints = 100;
const mostChunks = 20;

/** How many hints a queue may take now. It is kept shallow, so that turns between tenants are taken here and Redis stays small. */
export const roomIn = (slots: number, waiting: number): number =>
  Math.min(mostHintsAtOnce, Math.max(fewestHints, slots * hintsPerSlot) - waiting);

const relayQueue = async (at: RelayPorts, queue: QueueName): Promise<number> => {
  const [slots, waiting] = await Promise.all([at.liveSlots(queues[queue].app), at.producers.waiting(queue)]);
  const room = roomIn(slots, waiting);
  if (room <= 0) return 0;
  const relayed = await at.outbox.relay(queue, room, async (rows) => {
    await at.producers.send(queue, rows);
    at.sent();
  });
  if (relayed > 0) at.onRelayed(queue, relayed);
  return relayed;
};

/** Moves what waits in the outbox to BullMQ, as long as there is room. Any number of keepers may run this at once. */
export const createRelay = (at: RelayPorts) => async (): Promise<void> => {
  for (let chunk = 0; chunk < mostChunks; chunk += 1) {
    const relayed = await Promise.all(queueNames.map((queue) => relayQueue(at, queue)));
    if (relayed.every((count) => count === 0)) return;
  }
};
