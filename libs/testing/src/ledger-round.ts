import type { Chore, Story } from './ledger-commands';
import { compareScopes, differ, type Difference, type Pair } from './ledger-compare';
import { createModel, type ModelClock } from './ledger-model';
import { createActor, createSubject, type Shop } from './ledger-subject';

/** One command of each story, all at once: they share no tenant, so each answer is certain, and they share every statement. */
const performRound = async ({ answers }: Shop, pairs: readonly Pair[], round: number): Promise<Difference[]> => {
  const found = await Promise.all(
    pairs.map(async ({ story, model, perform }, n) => {
      const one = story.commands[round];
      if (one === undefined) return [];
      const fences = model.jobs.map(({ fence }) => fence);
      const got = await perform(one, (job) => fences[job] ?? 0);
      const name = `${one.do}: ${typeof got === 'number' ? (got > 0 ? 'some' : 'none') : String(got).replace(/ \d+$/, '')}`;
      answers.set(name, (answers.get(name) ?? 0) + 1);
      return differ(n, `command ${round}`, model.perform(one), got);
    }),
  );
  return found.flat();
};

const sumOf = (all: readonly { released: number; unknown: number }[]) => ({
  released: all.reduce((sum, { released }) => sum + released, 0),
  unknown: all.reduce((sum, { unknown }) => sum + unknown, 0),
});

const everyone = -1;
const performChore = async (
  { stock, upkeep }: Shop,
  pairs: readonly Pair[],
  clock: ModelClock,
  chore: Chore,
): Promise<Difference[]> => {
  switch (chore.do) {
    case 'nothing':
      return [];
    case 'reap': {
      const wanted = sumOf(pairs.map(({ model }) => model.reap(chore.silentMs)));
      return differ(everyone, 'the reaper', wanted, await upkeep.reap(chore.silentMs));
    }
    case 'resume all': {
      const wanted = pairs.reduce((sum, { model }) => sum + model.resume(500), 0);
      return differ(everyone, 'what was sent out again', wanted, await upkeep.unpark());
    }
    case 'jump':
      clock.nowMs += chore.hours * 3_600_000;
      await stock.clock.advance(chore.hours * 3_600_000);
      return [];
  }
};

/** The keeper finds those that crashed, and with them every claim that ran out. */
const sweep = async ({ upkeep }: Shop, pairs: readonly Pair[], round: number): Promise<void> => {
  const crashed = pairs.filter(({ story }) => story.commands[round]?.do === 'crash');
  if (crashed.length === 0) return;
  for (const pair of pairs) pair.model.sweep(crashed.includes(pair));
  await upkeep.giveBack(crashed.map(({ subject }) => subject.worker));
};

/** Nothing may be left for the reaper, the sweeper and the relay of the next stories. */
const clear = async ({ stock, upkeep }: Shop, pairs: readonly Pair[]): Promise<void> => {
  await upkeep.giveBack(pairs.map(({ subject }) => subject.worker));
  await upkeep.reap(0);
  await stock.query(`UPDATE job SET state = 'canceled' WHERE state = 'parked'`);
};

/**
 * Tells stories to the database and to their models and stops at the first round after which the two differ. It is ten past twelve when
 * they begin, and the clock jumps by whole hours: no midnight comes by itself.
 */
export const tell = async (shop: Shop, stories: readonly Story[], chores: readonly Chore[]): Promise<Difference[]> => {
  const clock: ModelClock = { nowMs: (await shop.stock.clock.advanceToLocal('UTC', '12:10')).getTime() };
  const pairs = await Promise.all(
    stories.map(async (story): Promise<Pair> => {
      const subject = await createSubject(shop.stock, story.zone.name);
      const perform = createActor(shop, subject, subject.worker);
      return { story, model: createModel(clock, story.zone), subject, perform };
    }),
  );
  const rounds = Math.max(...stories.map(({ commands }) => commands.length));
  try {
    for (let round = 0; round < rounds; round += 1) {
      const found = await performRound(shop, pairs, round);
      await sweep(shop, pairs, round);
      found.push(...(await performChore(shop, pairs, clock, chores[round] ?? { do: 'nothing' })));
      found.push(...(await compareScopes(shop, pairs)));
      if (found.length > 0) return found;
    }
    return [];
  } finally {
    await clear(shop, pairs);
  }
};

/** The one story that differs when it is told alone, without the commands that it differs without. Null: it takes several at once. */
export const shorten = async (
  shop: Shop,
  stories: readonly Story[],
  chores: readonly Chore[],
): Promise<Story | null> => {
  for (const story of stories) {
    if ((await tell(shop, [story], chores)).length === 0) continue;
    let commands = story.commands;
    for (let n = commands.length - 1; n >= 0 && commands.length > 1; n -= 1) {
      // Its place stays, so that the chores stay where they were.
      const without = commands.map((one, at) => (at === n ? ({ do: 'resume', most: 0 } as const) : one));
      if ((await tell(shop, [{ ...story, commands: without }], chores)).length > 0) commands = without;
    }
    return { ...story, commands };
  }
  return null;
};
