import { seeded, shuffled } from './seeded';

test('the same seed gives the same numbers, another one others', () => {
  const draw = (seed: number) => Array.from({ length: 5 }, seeded(seed));
  expect(draw(1)).toEqual(draw(1));
  expect(draw(1)).not.toEqual(draw(2));
});

test('numbers are even over [0, 1)', () => {
  const random = seeded(9);
  const tenths = Array.from({ length: 10 }, () => 0);
  for (let i = 0; i < 50_000; i += 1) {
    const at = Math.floor(10 * random());
    tenths[at] = tenths[at]! + 1;
  }
  for (const count of tenths) expect(Math.abs(count - 5_000)).toBeLessThan(350);
});

test('a shuffle loses and doubles nothing', () =>
  expect([...shuffled(100, seeded(4))].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i)));
