import { bet, isRejected, openBet } from './bet';
import { seeded } from './seeded';

/** z = cheap − dear of pairs, each right or wrong on its own; worse by `gap` on average. */
const rejects = (seed: number, gap: number, tolerated: number): boolean => {
  const random = seeded(seed);
  let wealth = openBet;
  for (let i = 0; i < 600; i += 1) {
    const drawn = random();
    const z = drawn < 0.1 ? 1 : drawn < 0.2 + gap ? -1 : 0;
    wealth = bet(wealth, z, -tolerated);
    if (isRejected(wealth, 0.05)) return true;
  }
  return false;
};
const share = (gap: number) =>
  Array.from({ length: 600 }, (_, seed) => rejects(seed, gap, 0.1)).filter(Boolean).length / 600;

test('at the tolerated gap it is fooled in 5 % of streams at most, however often one looks', () =>
  expect(share(0.1)).toBeLessThanOrEqual(0.05 + 2 * Math.sqrt((0.05 * 0.95) / 600)));

test('without a gap it finds so', () => expect(share(0)).toBeGreaterThan(0.8));

test('the first stake is 0: it follows from the past alone', () => expect(bet(openBet, 1, 0).wealth).toBe(1));

test('the worst loss leaves something', () => {
  const sure = Array.from({ length: 50 }).reduce<typeof openBet>((past) => bet(past, 1, 0), openBet);
  expect(bet(sure, -1, 0).wealth).toBeGreaterThan(0);
});

test('an outcome outside [−1, 1] throws', () => expect(() => bet(openBet, 2, 0)).toThrow(RangeError));
