import { chooseRung, valueOfRight, type RungOffer } from './choose-rung';

const rung = (name: string, expected: bigint, quality: number, low = quality - 0.03): RungOffer => ({
  name,
  expected,
  worst: 3n * expected,
  quality,
  low,
});
const mini = rung('mini', 100n, 0.85);
const mid = rung('mid', 500n, 0.92);
const big = rung('big', 2_000n, 0.95);
const ladder = [mini, mid, big];
const terms = { floor: 0.8, maxCost: 1_000_000n, value: valueOfRight(mini.expected) };

test.each<[string, readonly RungOffer[], typeof terms, string, boolean, string]>([
  ['the cheapest that surely meets the floor', ladder, terms, 'mini', true, 'meets 0.8'],
  ['a higher floor rules out the cheap one', ladder, { ...terms, floor: 0.85 }, 'mid', true, 'surely 0.890'],
  ['the bound counts, not the estimate', [rung('mini', 100n, 0.85, 0.79), mid], terms, 'mid', true, 'meets 0.8'],
  ['a right answer that is worth much buys quality', ladder, { ...terms, value: 20_000n }, 'mid', true, 'q 0.920'],
  ['and one worth very much buys the best', ladder, { ...terms, value: 1_000_000n }, 'big', true, 'q 0.950'],
  [
    'a dearer rung that is no better is never taken',
    [mini, rung('bad', 500n, 0.84)],
    { ...terms, value: 1_000_000n },
    'mini',
    true,
    '',
  ],
  [
    'none meets the floor: the best there is',
    ladder,
    { ...terms, floor: 0.99 },
    'big',
    false,
    'none surely meets 0.99, this is the best',
  ],
  [
    'the best that fits the cap',
    ladder,
    { ...terms, floor: 0.99, maxCost: 1_500n },
    'mid',
    false,
    '1 of 3 rungs may cost over',
  ],
  [
    'the worst case has to fit, not the expected one',
    ladder,
    { ...terms, floor: 0.9, maxCost: 2_000n },
    'mid',
    false,
    'none surely',
  ],
  ['equal losses: the cheaper', [mini, { ...mini, name: 'twin' }], terms, 'mini', true, ''],
])('%s', (_name, rungs, asked, wanted, meetsFloor, why) => {
  const choice = chooseRung(rungs, asked);
  expect(choice).toMatchObject({ kind: 'chosen', meetsFloor, why: expect.stringContaining(why) });
  expect(choice.kind === 'chosen' && rungs[choice.rung]?.name).toBe(wanted);
});

test.each([
  ['none fits the cap', ladder, 299n, 'raise maxCost from $0.000000299'],
  ['an empty ladder', [], 299n, 'no rung'],
])('%s: refused', (_name, rungs, maxCost, why) => {
  const choice = chooseRung(rungs, { ...terms, maxCost });
  expect(choice).toMatchObject({ kind: 'refused', reason: 'request-cost-too-high' });
  expect(choice.why.replace('from 0', 'from $0')).toContain(why);
});
