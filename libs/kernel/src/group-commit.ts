import { setImmediate } from 'node:timers';
import { fault, FaultError } from './fault';

export interface GroupCommitOptions<Item, Out> {
  /** All or nothing, as one transaction is: after a rejection its items are run again one by one. */
  readonly run: (items: readonly Item[]) => Promise<readonly Out[]>;
  readonly maxItems: number;
  /** Items that wait; those of runs in flight are not counted. */
  readonly maxQueued: number;
  /** Runs in flight at once. */
  readonly lanes?: number;
}

interface Waiting<Item, Out> {
  readonly item: Item;
  readonly resolve: (out: Out) => void;
  readonly reject: (error: unknown) => void;
}

const settle = <Item, Out>(group: readonly Waiting<Item, Out>[], outs: readonly Out[]): void => {
  // The run has happened, so it must not be repeated: there is just no telling whose outcome is whose.
  const wrong = outs.length !== group.length;
  const error = wrong && new Error(`a run of ${group.length} items gave ${outs.length} outcomes`);
  group.forEach(({ resolve, reject }, at) => (error ? reject(error) : resolve(outs[at] as Out)));
};

/**
 * Calls that come together share one run: the first waits only for the other calls of its turn of the event loop, and
 * whatever comes during a run gathers for the next. So a quiet system adds no delay and a busy one makes few, large runs.
 * When a run of several items rejects, each of them is run alone once, and a bad item fails only itself.
 */
export const groupCommit = <Item, Out>(options: GroupCommitOptions<Item, Out>): ((item: Item) => Promise<Out>) => {
  const { run, maxItems, maxQueued, lanes = 1 } = options;
  for (const [name, limit] of Object.entries({ maxItems, maxQueued, lanes }))
    if (!Number.isSafeInteger(limit) || limit < 1) throw new RangeError(`${name} must be a positive integer`);
  const queue: Waiting<Item, Out>[] = [];
  let inFlight = 0;
  let scheduled = false;

  const runGroup = async (group: readonly Waiting<Item, Out>[]): Promise<void> => {
    try {
      settle(group, await run(group.map(({ item }) => item)));
    } catch (error) {
      if (group.length === 1) group[0]?.reject(error);
      // One after another, so that a failing store is not met with more runs at once than `lanes` allows.
      else for (const waiting of group) await runGroup([waiting]);
    }
  };

  const flush = (): void => {
    scheduled = false;
    while (inFlight < lanes && queue.length > 0) {
      inFlight++;
      void runGroup(queue.splice(0, maxItems)).then(() => {
        inFlight--;
        flush();
      });
    }
  };

  return (item) =>
    new Promise<Out>((resolve, reject) => {
      if (queue.length >= maxQueued)
        return reject(new FaultError(fault('unavailable', `${maxQueued} items are waiting already`)));
      queue.push({ item, resolve, reject });
      if (scheduled || inFlight >= lanes) return;
      scheduled = true;
      setImmediate(flush);
    });
};
