import { aRung } from '@winnow/testing';
import { startLadder } from './start-ladder';

const ladder = [
  { ...aRung('a/mini', 'ultra', '0.1', '0.4'), step: 0 },
  { ...aRung('b/mate', 'ultra', '0.1', '0.4'), step: 0 },
  { ...aRung('a/mid', 'light', '0.3', '1'), step: 1 },
  { ...aRung('a/big', 'medium', '1', '2'), step: 2 },
];

test.each<[number, string[]]>([
  [0, ['mini', 'mate', 'mid', 'big']],
  [1, ['mate', 'mini', 'mid', 'big']],
  [2, ['mid', 'big', 'mini', 'mate']],
  [3, ['big', 'mid', 'mini', 'mate']],
])('begun at %d, none is lost, and steps keep their numbers', (at, models) => {
  const begun = startLadder(ladder, at);
  expect(begun.map(({ model }) => model)).toEqual(models);
  for (const rung of begun) expect(ladder).toContainEqual(rung);
});

test('there has to be such a rung', () => expect(() => startLadder(ladder, 4)).toThrow(RangeError));
