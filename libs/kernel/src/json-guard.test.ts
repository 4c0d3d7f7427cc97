import fc from 'fast-check';
import { guardJson } from './json-guard';

const wide = { maxDepth: 32, maxMembers: 1_000, maxString: 100 };
const deepText = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
const seen = (value: unknown, limits = wide) => guardJson(value, limits).map(({ pointer, code }) => [pointer, code]);

test.each<[string, unknown, string[][]]>([
  ['scalars', 1, []],
  ['an ordinary value', { a: [1, 'x', null, { b: true }] }, []],
  ['surrogate pairs', { '😀': '😀' }, []],
  ['__proto__ from JSON', JSON.parse('{"a":{"__proto__":{"x":1}}}'), [['/a/__proto__', 'forbidden-key']]],
  [
    'constructor and prototype',
    { constructor: 1, prototype: 2 },
    [
      ['/constructor', 'forbidden-key'],
      ['/prototype', 'forbidden-key'],
    ],
  ],
  ['under a forbidden key', JSON.parse('{"__proto__":{"a":"\\u0000"}}'), [['/__proto__', 'forbidden-key'], ['/__proto__/a', 'nul']]], // prettier-ignore
  ['forbidden words as values', ['__proto__', 'constructor'], []],
  ['nul in a string', { 'a/b': ['x', '\0'] }, [['/a~1b/1', 'nul']]],
  ['nul in a key', { o: { 'k\0': 1 } }, [['/o', 'nul']]],
  ['a lone surrogate', ['\ud800'], [['/0', 'lone-surrogate']]],
  ['a lone surrogate in a key', { '\udc00~': 1 }, [['', 'lone-surrogate']]],
  ['a long string', 'x'.repeat(101), [['', 'too-long']]],
  ['a string at the limit', 'x'.repeat(100), []],
  ['a long key, not entered', { ['k'.repeat(101)]: '\0' }, [['', 'too-long']]],
  ['two faults in one', ['\0'.repeat(101)], [['/0', 'too-long'], ['/0', 'nul']]], // prettier-ignore
  ['the trail after a nested value', { a: [[1], [2]], b: { c: '\0' } }, [['/b/c', 'nul']]],
])('%s', (_name, value, faults) => expect(seen(value)).toEqual(faults));

test('depth: the limit passes, one more is named at its place', () => {
  expect(seen(JSON.parse(deepText(32)))).toEqual([]);
  expect(seen(JSON.parse(deepText(33)))).toEqual([['/0'.repeat(32), 'too-deep']]);
  expect(seen({ a: [{}] }, { ...wide, maxDepth: 2 })).toEqual([['/a/0', 'too-deep']]);
  expect(seen([], { ...wide, maxDepth: 0 })).toEqual([['', 'too-deep']]);
});

test('members are counted over the whole value, and the walk ends there', () => {
  const three = { a: [1, 2] };
  expect(seen(three, { ...wide, maxMembers: 3 })).toEqual([]);
  expect(seen(three, { ...wide, maxMembers: 2 })).toEqual([['/a', 'too-many-members']]);
});

test('a million levels, a cycle and a great many faults end quickly', () => {
  let deep: unknown = 0;
  for (let level = 0; level < 1_000_000; level++) deep = [deep];
  expect(guardJson(deep, wide)).toHaveLength(1);
  const cycle: unknown[] = [];
  cycle.push(cycle);
  expect(guardJson(cycle, wide)).toHaveLength(1);
  expect(guardJson(Array(500).fill('\0'), wide)).toHaveLength(100);
});

test('says what is wrong', () => {
  expect(guardJson(JSON.parse('{"__proto__":1}'), wide)).toEqual([
    { pointer: '/__proto__', code: 'forbidden-key', detail: 'the key "__proto__" is not allowed' },
  ]);
});

test('accepts what is inside the limits', () => {
  const unlimited = { maxDepth: 100, maxMembers: 1e6, maxString: 1e6 };
  const key = fc.string({ unit: 'grapheme' }).filter((text) => !/^(__proto__|constructor|prototype)$|\0/.test(text));
  const text = fc.string({ unit: 'grapheme' }).filter((word) => !word.includes('\0'));
  const value = fc.object({ key, values: [text, fc.double(), fc.boolean(), fc.constant(null)] });
  fc.assert(fc.property(value, (json) => guardJson(json, unlimited).length === 0));
});
