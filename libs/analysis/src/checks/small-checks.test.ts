import type { CheckResult } from '@winnow/contracts';
import { banned } from './banned';
import { filled } from './filled';
import { length } from './length';
import { margin } from './margin';
import { range } from './range';
import { shareOf } from './share-of';
import { sign } from './sign';

const side = { label: 'positive', holds: (value: number) => value > 0 };
const table: readonly [string, CheckResult, number, string?][] = [
  ['range: inside', range([{ what: 'price', value: 5, least: 1, most: 9 }]), 1],
  ['range: on the bound', range([{ what: 'price', value: 9, least: 1, most: 9 }]), 1],
  ['range: outside', range([{ what: 'price', value: 10, least: 1, most: 9 }]), 0, 'price of 10 is outside 1 to 9'],
  [
    'range: no number',
    range([{ what: 'hex', value: Number.NaN, least: 0, most: 9 }]),
    0,
    'hex of NaN is outside 0 to 9',
  ],
  ['range: no value', range([]), 1],
  ['length: as asked', length([{ what: 'title', size: 80, least: 1, most: 80 }]), 1],
  ['length: one over', length([{ what: 'title', size: 81, most: 80 }]), 0, 'title: 81, at most 80 asked'],
  ['length: one under', length([{ what: 'names', size: 2, least: 3 }]), 0, 'names: 2, at least 3 asked'],
  [
    'length: one of two',
    length([
      { what: 'a', size: 1, most: 1 },
      { what: 'b', size: 2, most: 1 },
    ]),
    0.5,
    'b: 2, at most 1 asked',
  ],
  ['banned: nothing is', banned(['any text'], []), 1],
  ['banned: not in it', banned(['leadership'], ['lead']), 1],
  ['banned: in other letters', banned(['with LEAD.'], ['lead']), 0, 'must not be in it: lead'],
  ['banned: two words over a hyphen', banned(['lead-acetate'], ['lead acetate']), 0, 'must not be in it: lead acetate'],
  ['banned: an empty term is none', banned(['a  b'], ['', '!']), 1],
  ['sign: fits', sign(0.5, side), 1],
  ['sign: does not', sign(-0.5, side), 0, '-0.5 does not fit positive'],
  ['filled: all', filled({ a: 'x', b: ['y'], c: 0, d: { e: 'z' }, f: false }), 1],
  ['filled: empty', filled({ a: ' ' }), 0, 'a is not filled in'],
  ['filled: an empty list', filled({ a: [], b: 'x' }), 0.5, 'a is not filled in'],
  ['filled: a list with a gap', filled({ a: ['x', ''] }), 0, 'a is not filled in'],
  ['filled: missing', filled({ a: undefined }), 0, 'a is not filled in'],
  ['filled: inside a record', filled({ a: [{ name: 'TBD' }] }), 0, 'a is not filled in'],
  ...['N/A', 'n/a.', 'TODO', '…', '[your brand]', '{{name}}', 'Lorem ipsum dolor', 'xxx', 'string'].map(
    (text): [string, CheckResult, number, string] => [`filled: ${text}`, filled({ a: text }), 0, 'a is not filled in'],
  ),
  ['filled: unknown is an answer', filled({ a: 'unknown' }), 1],
  ['filled: nothing was asked', filled({}), 1],
  ['margin: right', margin({ price: 20, cost: 15, said: 0.25 }), 1],
  ['margin: rounded', margin({ price: 30, cost: 20, said: 0.33 }), 1],
  ['margin: a loss', margin({ price: 10, cost: 15, said: -0.5 }), 1],
  ['margin: of the cost', margin({ price: 20, cost: 15, said: 0.3333 }), 0, 'the margin is 0.25, not 0.3333'],
  ['margin: no price', margin({ price: 0, cost: 15, said: 0 }), 0, 'the margin is -Infinity, not 0'],
  ['more faults than were looked at', shareOf('x', 1, ['a', 'b']), 0, 'a'],
];

test.each(table.map(([what, result, value, why]) => ({ what, result, value, why })))(
  '$what',
  ({ what, result, value, why }) =>
    expect(result).toEqual({ name: what.split(':')[0]?.replace(/^more.*/, 'x'), value, ...(why && { why }) }),
);
