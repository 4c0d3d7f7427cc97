import { uuidv7 } from '@winnow/kernel';
import { brokenInvariants, readScopes } from '@winnow/testing/ledger-books';
import { aChore, aStory, mostCommands, zones, type Chore, type Story } from '@winnow/testing/ledger-commands';
import { isTaken } from '@winnow/testing/ledger-model';
import { createActor, createShop, createSubject, type Shop, type Subject } from '@winnow/testing/ledger-subject';
import { stockDatabase, type StockedDatabase } from '@winnow/testing/stocked-database';
import fc from 'fast-check';

const processes = 3;
const lanesEach = 2;
const runs = 50;
const lists = zones.length * processes * lanesEach;
// The same seed gives the same lists, though not the same interleaving.
const seed = Number(process.env.LEDGER_SEED ?? Date.now() % 2_147_483_647);

describe(`lists of commands on the same jobs at the same time, by LEDGER_SEED=${seed}`, () => {
  let stock: StockedDatabase;
  let shops: Shop[];
  beforeAll(async () => {
    stock = await stockDatabase({ ledger: 6, rest: 10, clock: 'shifted' });
    shops = Array.from({ length: processes }, () => createShop(stock));
  });
  afterAll(() => stock.close());

  const performAll = async (shop: Shop, subject: Subject, fences: number[], workers: string[], story: Story) => {
    const worker = uuidv7();
    workers.push(worker);
    const perform = createActor(shop, subject, worker);
    for (const one of story.commands) {
      const answer = await perform(one, (job) => fences[job] ?? 0);
      if (one.do === 'claim' && typeof answer === 'number') fences[one.nth % subject.jobs.length] = answer;
      if (one.do === 'crash') await shop.upkeep.giveBack([worker]);
    }
  };
  const performChores = async ({ upkeep }: Shop, chores: readonly Chore[]): Promise<void> => {
    for (const one of chores)
      if (one.do === 'reap') await upkeep.reap(one.silentMs);
      else if (one.do === 'resume all') await upkeep.unpark();
      else if (one.do === 'jump') await stock.clock.advance(one.hours * 3_600_000);
      else await upkeep.giveBack([]);
  };

  /** Looks as often as it can: whatever is under way, no moment may show a scope past its cap or a sum that is not that of its entries. */
  const watch = (subjects: readonly Subject[]) => {
    const broken: unknown[] = [];
    let looks = 0;
    const stop = new AbortController();
    const ids = [subjects.map(({ tenant }) => tenant), subjects.flatMap(({ jobs }) => jobs)] as const;
    const look = async (): Promise<bigint> => {
      const { windows, jobs } = await readScopes(stock, ...ids);
      const all = [...windows, ...jobs];
      broken.push(...all.filter(({ spent, held, cap, booked, open }) => spent + held > cap || !booked || !open));
      looks += 1;
      return all.reduce((sum, { held }) => sum + held, 0n);
    };
    const looking = (async () => {
      while (!stop.signal.aborted) await look();
    })();
    return {
      stop: async () => {
        stop.abort();
        await looking;
        return { held: await look(), broken, looks };
      },
    };
  };

  let looked = 0;
  const tellAtOnce = async (stories: readonly Story[], chores: readonly Chore[]) => {
    const subjects = await Promise.all(zones.map(({ name }) => createSubject(stock, name)));
    const workers = subjects.map(({ worker }) => worker);
    const fences = subjects.map(({ jobs }) => jobs.map((_, n) => (isTaken(n) ? 1 : 0)));
    const watching = watch(subjects);
    await Promise.all([
      ...stories.map((story, n) => {
        const at = n % subjects.length;
        return performAll(
          shops[Math.floor(n / subjects.length) % processes]!,
          subjects[at]!,
          fences[at]!,
          workers,
          story,
        );
      }),
      performChores(shops[0]!, chores),
    ]);
    const [shop] = shops;
    await shop?.upkeep.giveBack(workers);
    await shop?.upkeep.reap(0);
    await stock.query(`UPDATE job SET state = 'canceled' WHERE state = 'parked'`);
    const { held, broken, looks } = await watching.stop();
    looked += looks;
    expect({ held, broken }).toEqual({ held: 0n, broken: [] });
  };

  test(`${lists * runs} of them keep every invariant at every look`, async () => {
    const stories = fc.array(aStory, { minLength: lists, maxLength: lists });
    const chores = fc.array(aChore, { minLength: mostCommands, maxLength: mostCommands });
    await fc.assert(fc.asyncProperty(stories, chores, tellAtOnce), { numRuns: runs, seed, endOnFailure: true });
    expect(looked).toBeGreaterThan(runs);
    expect(await brokenInvariants(stock)).toEqual([]);
    expect(await stock.deadlocks()).toBe(0n);
    const ends = await stock.query<{ state: string }>(
      'SELECT state FROM hold GROUP BY 1 HAVING count(*) > $1 ORDER BY 1',
      [runs],
    );
    expect(ends.map(({ state }) => state)).toEqual(['released', 'settled', 'unknown']);
  }, 240_000);
});
