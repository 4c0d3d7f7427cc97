import { queues } from '@winnow/contracts';
import { decodeId, uuidv7 } from '@winnow/kernel';
import { openRedisCorner } from '@winnow/testing/stocked-database';
import { Worker } from 'bullmq';
import { hintId } from './hint-id';
import { createProducers, mostHintsAtOnce, type Producers } from './producers';
import { readHint } from './read-hint';
import { workerOptions } from './settings';

describe('hints', () => {
  const corner = openRedisCorner();
  let producers: Producers;
  beforeAll(async () => {
    producers = createProducers(corner.url, corner.prefix, () => undefined);
    await Promise.all(Object.values(producers.queues).map((queue) => queue.waitUntilReady()));
  });
  beforeEach(() => Promise.all(Object.values(producers.queues).map((queue) => queue.obliterate({ force: true }))));
  afterAll(async () => {
    await producers.close();
    await corner.clear();
  });

  const some = (count: number) => Array.from({ length: count }, () => ({ ref: uuidv7(), hint: 1 }));

  /** Consumes until `count` hints have ended one way or the other. */
  const consume = async (
    count: number,
    work: (id: unknown) => Promise<void> = async () => undefined,
  ): Promise<unknown[]> => {
    const done: unknown[] = [];
    const worker = new Worker('executions', (job) => work(job.data), workerOptions(corner.url, corner.prefix, 5));
    worker.on('error', () => undefined);
    await new Promise<void>((resolve) => {
      const end = (job: { data: unknown } | undefined): void => void (done.push(job?.data) === count && resolve());
      worker.on('completed', end);
      worker.on('failed', end);
      void worker.run();
    });
    await worker.close();
    return done;
  };

  test('are named after their row; later ones have their number', () => {
    const ref = uuidv7();
    expect(decodeId('job', hintId(ref, 1))).toBe(ref);
    expect(hintId(ref, 2)).toBe(`${hintId(ref, 1)}.2`);
    expect(hintId(ref, 1)).not.toMatch(/:|^\d+$/);
  });

  test('carry an id and nothing else, and what is read is what was sent', async () => {
    const [hint = { ref: '', hint: 1 }] = some(1);
    await producers.send('executions', [hint]);
    const job = await producers.queues.executions.getJob(hintId(hint.ref, 1));
    expect([job?.name, job?.data]).toEqual(['fulfil', { v: 1, id: hint.ref }]);
    expect(readHint('executions', job?.data)).toEqual({ v: 1, id: hint.ref });
    expect(job?.opts).toMatchObject({
      attempts: queues.executions.attempts,
      removeOnComplete: { age: 3_600, count: 1_000 },
    });
  });

  test.each([[null], [{}], [{ v: 2, id: uuidv7() }], [{ v: 1, id: 'x' }], [{ v: 1, id: uuidv7(), more: 1 }]])(
    '%j is set aside',
    (data) => expect(() => readHint('executions', data)).toThrow('not a hint of executions'),
  );

  test('sent twice are one, also at once, and also once they are done', async () => {
    const hints = some(20);
    await Promise.all([producers.send('executions', hints), producers.send('executions', hints.toReversed())]);
    await producers.send('executions', hints);
    expect(await producers.waiting('executions')).toBe(20);
    expect(await consume(20)).toHaveLength(20);
    await producers.send('executions', hints);
    expect(await producers.waiting('executions')).toBe(0);
    await producers.send(
      'executions',
      hints.map(({ ref }) => ({ ref, hint: 2 })),
    );
    expect(await producers.waiting('executions')).toBe(20);
  });

  test('go to the queue they are for, in the order they were sent', async () => {
    const hints = some(5);
    await producers.send('analyses', hints);
    expect([await producers.waiting('analyses'), await producers.waiting('executions')]).toEqual([5, 0]);
    const waiting = await producers.queues.analyses.getWaiting();
    expect(waiting.map(({ data }) => data.id).toSorted()).toEqual(hints.map(({ ref }) => ref).toSorted());
  });

  test('not more than are good for Redis at once', async () => {
    await expect(producers.send('executions', some(mostHintsAtOnce + 1))).rejects.toThrow(
      '501 hints at once, over 500',
    );
    await producers.send('executions', some(mostHintsAtOnce));
    await producers.send('executions', []);
    expect(await producers.waiting('executions')).toBe(500);
  });

  test('are alive while they wait, run or are put off; not once done, failed for good, or forgotten', async () => {
    const [done, failed, active, waiting, unknown] = some(5).map((hint) => ({ ...hint, hint: 3 }));
    const all = [done, failed, active, waiting, unknown].flatMap((hint) => hint ?? []);
    await producers.send('executions', all.slice(0, 2));
    await producers.queues.executions.add('fulfil', { v: 1, id: uuidv7() }, { jobId: 'later', delay: 60_000 });
    await consume(2, async (data) => {
      if ((data as { id: string }).id === failed?.ref) readHint('executions', null);
    });
    await producers.send('executions', all.slice(2, 4));
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    let began = (): void => undefined;
    const running = new Promise<void>((resolve) => (began = resolve));
    const worker = new Worker('executions', () => (began(), held), workerOptions(corner.url, corner.prefix, 1));
    void worker.run();
    await running;
    expect(await producers.alive('executions', all)).toEqual(new Set([active?.ref, waiting?.ref]));
    // another hint of the same row says nothing about this one
    expect(
      await producers.alive(
        'executions',
        all.map(({ ref }) => ({ ref, hint: 4 })),
      ),
    ).toEqual(new Set());
    release();
    await worker.close();
  });

  test('fail at once when Redis is away: nobody who waits for it may hold up a transaction', async () => {
    const errors: Error[] = [];
    const lost = createProducers('redis://127.0.0.1:1', corner.prefix, (error) => errors.push(error));
    const began = performance.now();
    await expect(lost.send('executions', some(1))).rejects.toThrow('Redis has not been reached yet');
    await expect(lost.waiting('executions')).rejects.toThrow();
    await expect(lost.alive('executions', some(1))).rejects.toThrow();
    expect(performance.now() - began).toBeLessThan(8_000);
    await lost.close();
  }, 15_000);
});
