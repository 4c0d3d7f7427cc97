import { Refusal } from '@winnow/contracts';
import { createBacklog } from './backlog';

const house = (limit: number, queued = 0) => {
  const at = { queued, ms: 0, counts: 0 };
  const backlog = createBacklog({
    limit,
    nowMs: () => at.ms,
    count: async (most) => {
      at.counts += 1;
      return Math.min(at.queued, most);
    },
  });
  const accept = async (): Promise<boolean> => {
    try {
      const place = await backlog.enter();
      at.queued += 1;
      place.taken();
      return true;
    } catch (error) {
      if (error instanceof Refusal && error.code === 'queue-full') return false;
      throw error;
    }
  };
  return { at, backlog, accept };
};

describe('the backlog', () => {
  it('takes up to its limit and not one more', async () => {
    const { accept } = house(5);
    const taken: boolean[] = [];
    for (let n = 0; n < 7; n += 1) taken.push(await accept());
    expect(taken).toEqual([true, true, true, true, true, false, false]);
  });

  it('counts what waits for the database too', async () => {
    const { backlog } = house(3);
    const places = await Promise.allSettled(Array.from({ length: 5 }, () => backlog.enter()));
    expect(places.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
  });

  it('gives a place back that was not taken', async () => {
    const { backlog, accept } = house(1);
    const place = await backlog.enter();
    place.given();
    place.given();
    expect(await accept()).toBe(true);
    expect(await accept()).toBe(false);
  });

  it('asks the database at most every 100 ms, and only when asked itself', async () => {
    const { at, accept } = house(1_000);
    for (let n = 0; n < 50; n += 1) {
      at.ms += 10;
      await accept();
    }
    expect(at.counts).toBeLessThanOrEqual(6);
  });

  it('counts anew before it turns anybody away', async () => {
    const { at, accept } = house(2, 2);
    expect(await accept()).toBe(false);
    at.queued = 0;
    at.ms += 11;
    expect(await accept()).toBe(true);
  });

  it('says how many wait', async () => {
    const { backlog } = house(2, 7);
    const refusal = await backlog.enter().catch((error: unknown) => error as Refusal);
    expect(refusal).toMatchObject({
      code: 'queue-full',
      extra: { waiting: 3, limit: 2 },
      headers: { 'retry-after': '5' },
    });
  });
});
