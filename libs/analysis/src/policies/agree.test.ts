import type { AnyTask } from '@winnow/contracts';
import { builtInTasks } from '../tasks/registry';
import { agree } from './agree';

type Rules = AnyTask['agree'];
const rivals = (...names: string[]) => ({ rivals: names.map((name) => ({ name, price: Math.random() })) });
const list = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => `item ${from + n}`);

test.each<[string, Rules, unknown, unknown, boolean | null, string[]]>([
  ['the same label', { label: 'equal' }, { label: 'a' }, { label: 'a' }, true, []],
  ['in other letters', { label: 'equal' }, { label: 'Water  bottle' }, { label: 'water bottle' }, true, []],
  ['another label', { label: 'equal' }, { label: 'a' }, { label: 'b' }, false, ['label']],
  ['only one has it', { label: 'equal' }, { label: 'a' }, {}, false, ['label']],
  ['neither has it', { label: 'equal' }, {}, {}, null, []],
  ['on the bound', { n: { within: 0.15 } }, { n: 0.1 }, { n: 0.25 }, true, []],
  ['past it', { n: { within: 0.15 } }, { n: 0.1 }, { n: 0.26 }, false, ['n']],
  ['no number', { n: { within: 9 } }, { n: '1' }, { n: 1 }, false, ['n']],
  ['five per cent of the larger', { n: { withinPct: 5 } }, { n: 95 }, { n: 100 }, true, []],
  ['six', { n: { withinPct: 5 } }, { n: 94 }, { n: 100 }, false, ['n']],
  ['two zeros', { n: { withinPct: 5 } }, { n: 0 }, { n: 0 }, true, []],
  ['any order, and doubles', { t: 'setF1' }, { t: ['a', 'b'] }, { t: ['B', 'a', 'a'] }, true, []],
  ['9 of 10 in common', { t: 'setF1' }, { t: list(0, 10) }, { t: list(1, 11) }, true, []],
  ['8 of 10', { t: 'setF1' }, { t: list(0, 10) }, { t: list(2, 12) }, false, ['t']],
  ['both empty', { t: 'setF1' }, { t: [] }, { t: [] }, true, []],
  ['one empty', { t: 'setF1' }, { t: [] }, { t: ['a'] }, false, ['t']],
  ['records by their name', { rivals: { setF1: 'name' } }, rivals('A', 'B'), rivals('b', 'a'), true, []],
  ['other records', { rivals: { setF1: 'name' } }, rivals('A', 'B'), rivals('A', 'C'), false, ['rivals']],
  ['free text is skipped', { text: 'skip' }, { text: 'x' }, { text: 'y' }, null, []],
  [
    'inside a record',
    { 'demand.level': 'equal' },
    { demand: { level: 1, why: 'x' } },
    { demand: { level: 1 } },
    true,
    [],
  ],
  [
    'the mean of the rest is over .9 although one is not',
    { label: 'equal', a: 'setF1', b: 'setF1' },
    { label: 'x', a: list(0, 10), b: list(0, 20) },
    { label: 'x', a: list(2, 10), b: list(0, 20) },
    true,
    ['a'],
  ],
  [
    'a key field outweighs any mean',
    { label: 'equal' },
    { label: 'a', t: 'same' },
    { label: 'b', t: 'same' },
    false,
    ['label'],
  ],
  ['what is not named counts by degree', {}, { t: 'the strap broke', n: 1 }, { t: 'the strap broke', n: 1 }, true, []],
  ['what is not named and differs', {}, { t: 'the strap broke', n: 1 }, { t: 'all is well', n: 1 }, false, ['t']],
  ['keys of the prototype are no fields', { ['toString' as string]: 'equal' }, {}, {}, null, []],
])('%s', (_name, rules, a, b, agrees, apart) => expect(agree({ agree: rules }, a, b)).toMatchObject({ agrees, apart }));

test('the shipped labels agree within their bounds', () => {
  const review = builtInTasks.find(({ name }) => name === 'review.sentiment')!;
  expect(agree(review, { sentiment: 'mixed', score: 0.1 }, { sentiment: 'mixed', score: 0.2 }).agrees).toBe(true);
  expect(agree(review, { sentiment: 'mixed', score: 0.1 }, { sentiment: 'mixed', score: 0.3 }).agrees).toBe(false);
});
