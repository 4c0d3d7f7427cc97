import fc from 'fast-check';
import { equationsIn, makeOf } from './equations';

test.each<[string, number | null]>([
  ['1 + 2 * 3', 7],
  ['(1 + 2) * 3', 9],
  ['10 - 4 - 3', 3],
  ['2 * -3', -6],
  ['8 / 2 / 2', 2],
  ['20% * 50', 10],
  ['.5 + 1.25', 1.75],
  ['1 / 0', null],
  ['1 +', null],
  ['(1', null],
  ['1 2', null],
  ['', null],
  [`${'('.repeat(50)}1${')'.repeat(50)}`, null],
])('%s makes %s', (text, wanted) => {
  if (wanted === null) expect(makeOf(text)).toBeNull();
  else expect(makeOf(text)).toBeCloseTo(wanted, 12);
});

test.each<[string, string, readonly (readonly [number, number, boolean])[]]>([
  ['a step in a sentence', 'She has 16 - 3 = 13 eggs left.', [[13, 13, true]]],
  ['a wrong one', 'That is 4 * 6 = 26 pens.', [[26, 24, false]]],
  ['money and thousands', 'He pays $1,200 + $300 = $1,500.', [[1500, 1500, true]]],
  [
    'a chain',
    '2 + 3 = 10 / 2 = 5',
    [
      [5, 5, true],
      [5, 5, true],
    ],
  ],
  [
    'signs of print',
    '3 × 4 = 12 and 12 ÷ 4 = 3 and 5 x 2 = 10',
    [
      [12, 12, true],
      [3, 3, true],
      [10, 10, true],
    ],
  ],
  ['a share of something', '20% of 50 = 10', [[10, 10, true]]],
  ['a rounded result', '10 / 3 = 3.33', [[3.33, 10 / 3, true]]],
  ['a share as a percentage', '1 / 5 = 20%', [[0.2, 0.2, true]]],
  ["a reckoner's note is not counted twice", '9 * 2 = $<<9*2=18>>18', [[18, 18, true]]],
  ['only the end of a reckoning can be read: left out', '36 miles * 3/4 = 27', []],
  ['nothing is reckoned', 'x = 5, so y = 7', []],
])('%s', (_name, text, wanted) => {
  const found = equationsIn(text);
  expect(found).toHaveLength(wanted.length);
  for (const [i, { stated, made, right }] of found.entries()) {
    expect(stated).toBeCloseTo(wanted[i]![0], 9);
    expect(made).toBeCloseTo(wanted[i]![1], 9);
    expect(right).toBe(wanted[i]![2]);
  }
});

test('sums and products that are made up come out', () =>
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9_999 }),
      fc.integer({ min: 1, max: 9_999 }),
      fc.constantFrom('+', '*'),
      (a, b, sign) => {
        const stated = sign === '+' ? a + b : a * b;
        expect(equationsIn(`so ${a} ${sign} ${b} = ${stated} in all`)[0]).toMatchObject({ stated, right: true });
      },
    ),
  ));

test('any text is read without a fault', () =>
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'0123456789.=+-*/()% x,$'), maxLength: 300 }), (text) => {
      for (const { made, stated } of equationsIn(text))
        expect(Number.isFinite(made) && Number.isFinite(stated)).toBe(true);
    }),
  ));
