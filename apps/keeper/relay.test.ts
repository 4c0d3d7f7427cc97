import type { QueueName } from '@winnow/contracts';
import { mostHintsAtOnce } from '@winnow/queue';
import type { HintRow } from '@winnow/storage';
import { createRelay, roomIn } from './relay';

test.each([
  [0, 0, 100, 'no worker is known: enough to begin with'],
  [10, 0, 100, 'few slots: the same'],
  [50, 0, 200, 'four hints a slot'],
  [50, 150, 50, 'what waits already takes its room'],
  [50, 200, 0, 'full'],
  [50, 900, -700, 'a queue that was filled by more workers than there are now'],
  [500, 0, 500, 'never more than one chunk'],
])('%d slots, %d waiting: room for %d (%s)', (slots, waiting, room) => expect(roomIn(slots, waiting)).toBe(room));

/** An outbox with so many rows a queue, and a Redis that keeps or is emptied at once. */
const setUp = (rows: Partial<Record<QueueName, number>>, drains = false) => {
  const left: Record<QueueName, number> = { analyses: 0, executions: 0, ...rows };
  const waiting: Record<QueueName, number> = { analyses: 0, executions: 0 };
  const sent: [QueueName, number][] = [];
  const relayed: [QueueName, number][] = [];
  const asked: string[] = [];
  const ports = {
    outbox: {
      depth: async () => 0,
      relay: async (queue: QueueName, room: number, send: (rows: readonly HintRow[]) => Promise<void>) => {
        const count = Math.min(room, left[queue]);
        if (count === 0) return 0;
        await send(Array.from({ length: count }, (_, n) => ({ id: BigInt(n), ref: `${n}`, hint: 1 })));
        left[queue] -= count;
        return count;
      },
    },
    producers: {
      waiting: async (queue: QueueName) => waiting[queue],
      send: async (queue: QueueName, hints: readonly unknown[]) => {
        sent.push([queue, hints.length]);
        if (!drains) waiting[queue] += hints.length;
      },
    },
    liveSlots: async (app: string) => {
      asked.push(app);
      return 50;
    },
    sent: () => undefined,
    onRelayed: (queue: QueueName, hints: number) => void relayed.push([queue, hints]),
  };
  return { ports, left, sent, relayed, asked };
};

test('an empty outbox is asked once a queue', async () => {
  const { ports, sent, asked } = setUp({});
  await createRelay(ports)();
  expect(sent).toEqual([]);
  expect(asked).toEqual(['collector', 'executor']);
});

test('fills each queue to its room and leaves the rest in Postgres', async () => {
  const { ports, left, relayed } = setUp({ analyses: 1_000, executions: 30 });
  await createRelay(ports)();
  expect(relayed).toEqual(
    [
      ['executions', 30],
      ['analyses', 200],
    ].toSorted(),
  );
  expect(left).toEqual({ analyses: 800, executions: 0 });
});

test('goes on while workers take them, but ends after twenty chunks: other loops want their turn', async () => {
  const { ports, left, sent } = setUp({ analyses: 1_000_000 }, true);
  await createRelay(ports)();
  expect(sent).toHaveLength(20);
  expect(left.analyses).toBe(1_000_000 - 20 * 200);
});

test('a chunk is never larger than Redis is fed at once', async () => {
  const { ports, sent } = setUp({ analyses: 10_000 }, true);
  await createRelay({ ...ports, liveSlots: async () => 10_000 })();
  expect(Math.max(...sent.map(([, hints]) => hints))).toBe(mostHintsAtOnce);
});

test('a Redis that fails: nothing is taken out of the outbox, nothing is counted', async () => {
  const { ports, left, relayed } = setUp({ analyses: 10 });
  const send = () => Promise.reject(new Error('Redis is away'));
  await expect(createRelay({ ...ports, producers: { ...ports.producers, send } })()).rejects.toThrow('Redis is away');
  expect([left.analyses, relayed]).toEqual([10, []]);
});
