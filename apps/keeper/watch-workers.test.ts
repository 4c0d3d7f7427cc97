import { createWatch } from './watch-workers';

const goneAfterMs = 15_000;
const quietMs = 10_000;

const setUp = () => {
  const world = { nowMs: 0, gone: [] as string[], rows: 0, away: false };
  const told: string[] = [];
  const ask = async <Out>(what: string, out: () => Out): Promise<Out> => {
    if (world.away) throw new Error('the database is away');
    told.push(what);
    return out();
  };
  const watch = createWatch({
    upkeep: {
      markGone: (olderThanMs) => ask(`mark those silent for ${olderThanMs} ms`, () => world.gone),
      giveBack: (workers) => ask(`give back the rows of [${workers.join()}]`, () => world.rows),
    },
    reach: () => ask('reach', () => 1),
    goneAfterMs,
    quietMs,
    nowMs: () => world.nowMs,
    onGone: (workers, rows) => void told.push(`told: ${workers} workers, ${rows} rows`),
  });
  const at = async (nowMs: number): Promise<string[]> => {
    world.nowMs = nowMs;
    told.length = 0;
    await watch().catch((error: Error) => told.push(error.message));
    return [...told];
  };
  return { world, at };
};
const judges = ['mark those silent for 15000 ms', 'give back the rows of []'];

test('a keeper that has just started judges nobody, until it has reached the database for ten seconds', async () => {
  const { at } = setUp();
  expect(await at(0)).toEqual(['reach']);
  expect(await at(9_999)).toEqual(['reach']);
  expect(await at(10_000)).toEqual(judges);
});

test('a database that was away makes it quiet again: late beats are not dead workers', async () => {
  const { world, at } = setUp();
  await at(0);
  expect(await at(10_000)).toEqual(judges);
  world.away = true;
  expect(await at(12_000)).toEqual(['the database is away']);
  expect(await at(32_000)).toEqual(['the database is away']);
  world.away = false;
  expect(await at(34_000)).toEqual(['reach']);
  expect(await at(43_999)).toEqual(['reach']);
  expect(await at(44_000)).toEqual(judges);
});

test('who is gone loses its rows, and it is told', async () => {
  const { world, at } = setUp();
  await at(0);
  Object.assign(world, { gone: ['w1', 'w2'], rows: 7 });
  expect(await at(10_000)).toEqual([judges[0], 'give back the rows of [w1,w2]', 'told: 2 workers, 7 rows']);
});

test('rows that overran their time are told as well, though nobody is gone', async () => {
  const { world, at } = setUp();
  await at(0);
  world.rows = 1;
  expect(await at(10_000)).toEqual([...judges, 'told: 0 workers, 1 rows']);
});
