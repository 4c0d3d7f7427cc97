import fc from 'fast-check';
import { FaultError } from './fault';
import { groupCommit } from './group-commit';

/** A run that the test finishes by hand, so that no test has to wait for a length of time. */
const gated = () => {
  const runs: { items: readonly number[]; finish: () => void; fail: (error: Error) => void }[] = [];
  const starts: (() => void)[] = [];
  const run = (items: readonly number[]) =>
    new Promise<readonly string[]>((resolve, reject) => {
      runs.push({ items, finish: () => resolve(items.map((item) => `out ${item}`)), fail: reject });
      starts.shift()?.();
    });
  const started = () => new Promise<void>((resolve) => starts.push(resolve));
  return { runs, run, started };
};
const limits = { maxItems: 100, maxQueued: 1_000 };

test('calls of one turn share a run, and outs are positional', async () => {
  const seen: (readonly number[])[] = [];
  const run = async (items: readonly number[]) => {
    seen.push(items);
    return items.map((item) => item * 10);
  };
  const commit = groupCommit({ run, ...limits });
  expect(await Promise.all([3, 1, 2].map(commit))).toEqual([30, 10, 20]);
  expect(seen).toEqual([[3, 1, 2]]);
});

test('items gather while a run is in flight', async () => {
  const { runs, run, started } = gated();
  const commit = groupCommit({ run, ...limits });
  const begun = started();
  const first = commit(1);
  await begun;
  const rest = [2, 3, 4].map(commit);
  expect(runs.map(({ items }) => items)).toEqual([[1]]);
  const next = started();
  runs[0]?.finish();
  await next;
  expect(runs.map(({ items }) => items)).toEqual([[1], [2, 3, 4]]);
  runs[1]?.finish();
  expect(await Promise.all([first, ...rest])).toEqual(['out 1', 'out 2', 'out 3', 'out 4']);
});

test('lanes run beside each other, each with no more than maxItems', async () => {
  const { runs, run, started } = gated();
  const commit = groupCommit({ run, maxItems: 2, maxQueued: 10, lanes: 2 });
  const begun = Promise.all([started(), started()]);
  const all = [1, 2, 3, 4, 5].map(commit);
  await begun;
  expect(runs.map(({ items }) => items)).toEqual([
    [1, 2],
    [3, 4],
  ]);
  const third = started();
  runs[1]?.finish();
  await third;
  expect(runs[2]?.items).toEqual([5]);
  runs[0]?.finish();
  runs[2]?.finish();
  expect(await Promise.all(all)).toHaveLength(5);
});

test('a bad item fails only itself', async () => {
  const runs: (readonly number[])[] = [];
  const run = async (items: readonly number[]) => {
    runs.push(items);
    if (items.includes(13)) throw new Error('unlucky');
    return items;
  };
  const commit = groupCommit({ run, ...limits });
  const settled = await Promise.allSettled([1, 13, 2].map(commit));
  expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(runs).toEqual([[1, 13, 2], [1], [13], [2]]);
});

test('an item that is alone is not run twice, and the next one is still served', async () => {
  let runs = 0;
  const commit = groupCommit({
    ...limits,
    run: (items: readonly number[]) => {
      // Not async: a run that throws before it makes a promise is a rejection like any other.
      if (++runs === 1) throw new Error('at once');
      return Promise.resolve(items);
    },
  });
  await expect(commit(1)).rejects.toThrow('at once');
  await expect(commit(2)).resolves.toBe(2);
  expect(runs).toBe(2);
});

test('a wrong number of outs fails all and repeats nothing', async () => {
  let runs = 0;
  const run = async (items: readonly number[]) => (runs++, items.slice(1));
  const commit = groupCommit({ run, ...limits });
  const settled = await Promise.allSettled([1, 2].map(commit));
  expect(settled.map((one) => String(one.status === 'rejected' && one.reason))).toEqual(
    Array(2).fill('Error: a run of 2 items gave 1 outcomes'),
  );
  expect(runs).toBe(1);
});

test('what waits is bounded', async () => {
  const { runs, run, started } = gated();
  const commit = groupCommit({ run, maxItems: 1, maxQueued: 2 });
  const begun = started();
  const first = commit(1);
  await begun;
  const waiting = [commit(2), commit(3)];
  const over = await commit(4).catch((error: unknown) => error);
  expect(over).toBeInstanceOf(FaultError);
  expect(over).toMatchObject({ fault: { kind: 'unavailable', retryable: true, billed: 'no' } });
  for (const at of [0, 1, 2]) {
    const next = at < 2 ? started() : Promise.resolve();
    runs[at]?.finish();
    await next;
  }
  expect(await Promise.all([first, ...waiting])).toEqual(['out 1', 'out 2', 'out 3']);
});

test.each([{ maxItems: 0 }, { maxQueued: 0 }, { lanes: 0 }, { lanes: 1.5 }])('%j is refused', (wrong) =>
  expect(() => groupCommit({ run: async (items: readonly number[]) => items, ...limits, ...wrong })).toThrow(
    RangeError,
  ),
);

test('every call gets its own out, whatever fails and however it is grouped', async () => {
  const items = fc.array(fc.record({ id: fc.nat(), isBad: fc.boolean() }), { maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(
      items,
      fc.integer({ min: 1, max: 8 }),
      fc.integer({ min: 1, max: 3 }),
      async (all, size, lanes) => {
        let inFlight = 0;
        const commit = groupCommit({
          maxItems: size,
          maxQueued: 100,
          lanes,
          run: async (group: readonly { id: number; isBad: boolean }[]) => {
            expect(group.length).toBeLessThanOrEqual(size);
            expect(++inFlight).toBeLessThanOrEqual(lanes);
            await Promise.resolve();
            inFlight--;
            if (group.some(({ isBad }) => isBad)) throw new Error('bad');
            return group.map(({ id }) => id);
          },
        });
        const settled = await Promise.allSettled(all.map(commit));
        expect(settled.map((one) => (one.status === 'fulfilled' ? one.value : 'bad'))).toEqual(
          all.map(({ id, isBad }) => (isBad ? 'bad' : id)),
        );
      },
    ),
  );
});
