import { createSlots } from './slots';

test('so many are let in, the others in their order, and a slot is given back once', async () => {
  const slots = createSlots(2);
  const inside: number[] = [];
  const enter = async (n: number): Promise<() => void> => {
    const leave = await slots.enter();
    inside.push(n);
    return leave;
  };
  const all = [0, 1, 2, 3, 4].map(enter);
  const [first, second] = await Promise.all(all.slice(0, 2));
  expect(inside).toEqual([0, 1]);
  first?.();
  first?.();
  const third = await all[2];
  await Promise.resolve();
  expect(inside).toEqual([0, 1, 2]);
  second?.();
  third?.();
  await Promise.all(all);
  expect(inside).toEqual([0, 1, 2, 3, 4]);
});
