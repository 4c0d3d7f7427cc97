import { createSlots } from './slots';

const settled = async (promise: Promise<unknown>): Promise<boolean> =>
  Promise.race([promise.then(() => true), new Promise<boolean>((next) => setImmediate(() => next(false)))]);

describe('slots', () => {
  it('are given to so many, then in turn', async () => {
    const slots = createSlots(2);
    const first = await slots.take();
    await slots.take();
    const [third, fourth] = [slots.take(), slots.take()];
    expect([await settled(third), await settled(fourth)]).toEqual([false, false]);
    first();
    expect([await settled(third), await settled(fourth)]).toEqual([true, false]);
  });
  it('are given back once, however often it is said', async () => {
    const slots = createSlots(1);
    const free = await slots.take();
    free();
    free();
    await slots.take();
    expect(await settled(slots.take())).toBe(false);
  });
});
