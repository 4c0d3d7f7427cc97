import { createRedisWatch } from './watch-redis';

/** One look of the keeper: what stands in Redis, and what it does about it. */
type Look = readonly [inRedis: string | null, did: readonly string[]];

const setUp = () => {
  const world = { inRedis: null as string | null, away: false };
  const did: string[] = [];
  let marks = 0;
  const watch = createRedisWatch({
    mark: {
      get: async () => world.inRedis,
      set: async (mark) => {
        did.push(`mark ${mark}`);
        world.inRedis = mark;
      },
    },
    newMark: () => `m${(marks += 1)}`,
    upkeep: {
      hintAllAgain: async () => {
        if (world.away) throw new Error('the database is away');
        did.push('hint all');
        return 3;
      },
    },
    onLost: (rows) => void did.push(`told ${rows}`),
  });
  const look = async (inRedis: string | null): Promise<string[]> => {
    world.inRedis = inRedis;
    did.length = 0;
    await watch().catch((error: Error) => did.push(error.message));
    return [...did];
  };
  return { world, look };
};
const again = ['hint all', 'told 3'];

test.each<[string, readonly Look[]]>([
  ['a Redis that is new gets a mark, and every row a hint', [[null, ['hint all', 'mark m1', 'told 3']]]],
  [
    'a mark of an earlier keeper is taken over: nothing was lost',
    [
      ['old', []],
      ['old', []],
    ],
  ],
  [
    'all is well',
    [
      [null, ['hint all', 'mark m1', 'told 3']],
      ['m1', []],
      ['m1', []],
    ],
  ],
  [
    'flushed',
    [
      ['m0', []],
      [null, ['hint all', 'mark m1', 'told 3']],
      ['m1', []],
    ],
  ],
  [
    'another instance, marked by another keeper',
    [
      ['m0', []],
      ['other', again],
      ['other', []],
    ],
  ],
  [
    'flushed twice',
    [
      ['m0', []],
      [null, ['hint all', 'mark m1', 'told 3']],
      [null, ['hint all', 'mark m2', 'told 3']],
    ],
  ],
])('%s', async (_name, looks) => {
  const { look } = setUp();
  for (const [inRedis, did] of looks) expect(await look(inRedis)).toEqual(did);
});

test.each<[string, string | null, string[]]>([
  ['flushed', null, ['hint all', 'mark m1', 'told 3']],
  ['exchanged', 'other', again],
])('%s while Postgres is away: the hints are sent once it is back', async (_name, inRedis, did) => {
  const { world, look } = setUp();
  await look('m0');
  world.away = true;
  expect(await look(inRedis)).toEqual(['the database is away']);
  world.away = false;
  expect(await look(inRedis)).toEqual(did);
});

test('nothing is open: nothing is told', async () => {
  const onLost = jest.fn();
  const watch = createRedisWatch({
    mark: { get: async () => null, set: async () => 'OK' },
    newMark: () => 'm1',
    upkeep: { hintAllAgain: async () => 0 },
    onLost,
  });
  await watch();
  expect(onLost).not.toHaveBeenCalled();
});
