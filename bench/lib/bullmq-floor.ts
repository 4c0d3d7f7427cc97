import { setTimeout as sleep } from 'node:timers/promises';
import { Queue, Worker, type ConnectionOptions } from 'bullmq';
import { closedLoop } from './closed-loop';

const chunk = 500;

const fresh = async (connection: ConnectionOptions, name: string): Promise<Queue> => {
  const queue = new Queue(name, { connection, prefix: 'floor' });
  await queue.obliterate({ force: true });
  return queue;
};

/** What BullMQ alone does on this Redis: jobs that only wait, or not even that, from the start of one worker to the last completion. */
export const drainNoOp = async (url: string, jobs: number, concurrency: number, waitMs = 0): Promise<number> => {
  const connection = { url, maxRetriesPerRequest: null };
  const queue = await fresh(connection, 'noop');
  for (let at = 0; at < jobs; at += chunk)
    await queue.addBulk(
      Array.from({ length: Math.min(chunk, jobs - at) }, (_, i) => ({ name: 'noop', data: { id: at + i } })),
    );
  let done = 0;
  let finish = (): void => undefined;
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const worker = new Worker('noop', async () => (waitMs > 0 ? void (await sleep(waitMs)) : undefined), {
    connection,
    prefix: 'floor',
    concurrency,
    autorun: false,
    removeOnComplete: { count: 0 },
  });
  worker.on('completed', () => {
    done += 1;
    if (done === jobs) finish();
  });
  await worker.waitUntilReady();
  const began = performance.now();
  void worker.run();
  await finished;
  const perSecond = jobs / ((performance.now() - began) / 1_000);
  await worker.close();
  await queue.obliterate({ force: true });
  await queue.close();
  return perSecond;
};

/** What `queue.add` alone takes, by as many callers. */
export const addRaw = async (url: string, jobs: number, clients: number): Promise<number> => {
  const queue = await fresh({ url }, 'add');
  const { seconds } = await closedLoop(clients, jobs, async (n) => void (await queue.add('noop', { id: n })));
  await queue.obliterate({ force: true });
  await queue.close();
  return jobs / seconds;
};
