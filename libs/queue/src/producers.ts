import { queueNames, queues, type Hint, type QueueName } from '@winnow/contracts';
import { Queue } from 'bullmq';
import { hintId } from './hint-id';
import { queueOptions } from './settings';

export interface HintToSend {
  readonly ref: string;
  readonly hint: number;
}

export interface Producers {
  readonly queues: Readonly<Record<QueueName, Queue<Hint>>>;
  /** at most 500 at once: more in one go freezes Redis for everyone else */
  readonly send: (queue: QueueName, hints: readonly HintToSend[]) => Promise<void>;
  readonly waiting: (queue: QueueName) => Promise<number>;
  /** which of these hints Redis still has waiting or under way */
  readonly alive: (queue: QueueName, hints: readonly HintToSend[]) => Promise<ReadonlySet<string>>;
  readonly close: () => Promise<void>;
}

export const mostHintsAtOnce = 500;
const longestWaitMs = 2_000;
const liveStates = new Set(['waiting', 'active', 'delayed', 'prioritized', 'paused', 'waiting-children']);

/** BullMQ waits without end for a Redis that it has never reached: whoever asks has to be told in time instead. */
const reached = async (queue: Queue<Hint>): Promise<Queue<Hint>> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('Redis has not been reached yet')), longestWaitMs);
  });
  try {
    await Promise.race([queue.waitUntilReady(), late]);
    return queue;
  } finally {
    clearTimeout(timer);
  }
};

export const createProducers = (url: string, prefix: string, onError: (error: Error) => void): Producers => {
  const made = Object.fromEntries(
    queueNames.map((name) => {
      const queue = new Queue<Hint>(name, queueOptions(url, prefix, queues[name]));
      queue.on('error', onError);
      return [name, queue];
    }),
  ) as Record<QueueName, Queue<Hint>>;
  return {
    queues: made,
    send: async (name, hints) => {
      if (hints.length > mostHintsAtOnce)
        throw new RangeError(`${hints.length} hints at once, over ${mostHintsAtOnce}`);
      const queue = await reached(made[name]);
      await queue.addBulk(
        hints.map(({ ref, hint }) => ({
          name: queues[name].path,
          data: { v: 1, id: ref },
          opts: { jobId: hintId(ref, hint) },
        })),
      );
    },
    waiting: async (name) => (await reached(made[name])).getWaitingCount(),
    alive: async (name, hints) => {
      const queue = await reached(made[name]);
      const states = await Promise.all(hints.map(({ ref, hint }) => queue.getJobState(hintId(ref, hint))));
      return new Set(hints.filter((_, i) => liveStates.has(String(states[i]))).map(({ ref }) => ref));
    },
    close: async () => {
      await Promise.all(Object.values(made).map((queue) => queue.close()));
    },
  };
};
