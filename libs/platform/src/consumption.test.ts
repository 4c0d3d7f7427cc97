import { createConsumption } from './consumption';

describe('a worker is alive if it consumes', () => {
  const cases: [name: string, idleMs: number, underWay: number, waiting: number | 'away', red: boolean][] = [
    ['took something a moment ago', 1_000, 0, 50, false],
    ['nothing to take', 600_000, 0, 0, false],
    ['all it took is still under way', 600_000, 1, 50, false],
    ['hints wait and it takes none', 60_000, 0, 1, true],
    ['just short of the limit', 59_999, 0, 1, false],
    ['Redis is away: nobody is judged', 600_000, 0, 'away', false],
  ];
  test.each(cases)('%s', async (_, idleMs, underWay, waiting, red) => {
    let now = 0;
    const consumption = createConsumption({
      nowMs: () => now,
      underWay: () => underWay,
      waiting: async () => {
        if (waiting === 'away') throw new Error('no connection');
        return waiting;
      },
    });
    now = idleMs;
    expect((await consumption.fault()) !== null).toBe(red);
    consumption.note();
    expect(await consumption.fault()).toBeNull();
  });
});
