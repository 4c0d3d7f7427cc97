import { brokenInvariants } from '@winnow/testing/ledger-books';
import { aChore, aStory, mostCommands } from '@winnow/testing/ledger-commands';
import { shorten, tell } from '@winnow/testing/ledger-round';
import { createShop, type Shop } from '@winnow/testing/ledger-subject';
import { stockDatabase, type StockedDatabase } from '@winnow/testing/stocked-database';
import fc from 'fast-check';

const together = 40;
const runs = 55;
// The same seed gives the same stories; which of a round's statements meet in one group is the machine's to say.
const seed = Number(process.env.LEDGER_SEED ?? Date.now() % 2_147_483_647);

/** What every run has to have met, each of them often: a model that agrees on what never happens proves nothing. */
const met = Object.entries({
  open: ['granted', 'lost', 'over-cap', 'over-budget'],
  send: ['true', 'false'],
  claim: ['some', 'null', 'planned'],
  park: ['moved', 'lost'],
  resume: ['some', 'none'],
  cap: ['some', 'none'],
  stop: ['true'],
  'give back': ['undefined'],
  crash: ['undefined'],
  price: ['undefined'],
}).flatMap(([what, answers]) => answers.map((answer) => `${what}: ${answer}`));
const often = 30;

describe(`the ledger in SQL and a model of it, by LEDGER_SEED=${seed}`, () => {
  let stock: StockedDatabase;
  let shop: Shop;
  beforeAll(async () => {
    stock = await stockDatabase({ clock: 'shifted' });
    shop = createShop(stock);
  });
  afterAll(() => stock.close());

  const stories = fc.array(aStory, { minLength: together, maxLength: together });
  const chores = fc.array(aChore, { minLength: mostCommands, maxLength: mostCommands });

  test(`agree on every answer and on every sum after every command of ${together * runs} lists`, async () => {
    let told = 0;
    let commands = 0;
    await fc.assert(
      fc.asyncProperty(stories, chores, async (some, between) => {
        const found = await tell(shop, some, between);
        if (found.length > 0) {
          const short = await shorten(shop, some, between);
          throw new Error(fc.stringify({ found: found.slice(0, 2), short, chores: between }));
        }
        told += some.length;
        commands += some.reduce((sum, one) => sum + one.commands.length, 0);
      }),
      { numRuns: runs, seed, endOnFailure: true },
    );
    expect(told).toBe(together * runs);
    expect(commands).toBeGreaterThanOrEqual(told * 8);
    expect(met.filter((name) => (shop.answers.get(name) ?? 0) < often)).toEqual([]);
    expect(await brokenInvariants(stock)).toEqual([]);
    expect(await stock.deadlocks()).toBe(0n);
  }, 240_000);
});
