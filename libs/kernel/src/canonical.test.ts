import fc from 'fast-check';
import { canonicalJson, hashJson, sha256Hex } from './canonical';

const nested = (levels: number): unknown => (levels === 0 ? 1 : [nested(levels - 1)]);

describe('canonical JSON', () => {
  test.each<[string, unknown, string]>([
    ['literals', [null, true, false], '[null,true,false]'],
    [
      'the numbers of RFC 8785',
      [Number('333333333.33333329'), 1e30, 4.5, 2e-3, 1e-27],
      '[333333333.3333333,1e+30,4.5,0.002,1e-27]',
    ],
    ['zero has no sign', [-0, 0], '[0,0]'],
    ['edges of number printing', [1e21, 1e20, 1e-6, 1e-7], '[1e+21,100000000000000000000,0.000001,1e-7]'],
    ['the string of RFC 8785', '\u20ac$\u000f\u000aA\'\u0042\u0022\u005c\\"/', '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'],
    [
      'the keys of RFC 8785',
      { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, '\u00f6': 7 },
      '{"\\r":2,"1":4,"\u0080":6,"\u00f6":7,"\u20ac":1,"\ud83d\ude00":5,"\ufb33":3}',
    ],
    ['members that are undefined', { b: undefined, a: 1 }, '{"a":1}'],
    ['empty ones', { a: {}, b: [] }, '{"a":{},"b":[]}'],
    ['a key called __proto__', JSON.parse('{"__proto__":1}'), '{"__proto__":1}'],
    ['an object without prototype', Object.assign(Object.create(null), { a: 1 }), '{"a":1}'],
  ])('%s', (_name, value, text) => expect(canonicalJson(value)).toBe(text));

  test.each<[string, unknown, string]>([
    ['undefined', undefined, '""'],
    ['undefined in an array', { a: [1, undefined] }, '"/a/1"'],
    ['a hole', { a: [, 1] }, '"/a/0"'], // oxlint-disable-line no-sparse-arrays
    ['NaN', { 'a/b': { '~': Number.NaN } }, '"/a~1b/~0"'],
    ['Infinity', [Number.POSITIVE_INFINITY], '"/0"'],
    ['a bigint', { n: 1n }, '"/n"'],
    ['a function', { f: () => 1 }, '"/f"'],
    ['a symbol', { s: Symbol('s') }, '"/s"'],
    ['a date', { at: new Date(0) }, '"/at"'],
    ['a map', [new Map()], '"/0"'],
    ['a lone surrogate', { text: '\ud800' }, '"/text"'],
    ['a lone surrogate in a key', { '\ud800': 1 }, '"/\ud800"'],
    ['65 levels', nested(65), 'more than 64 levels'],
  ])('%s is refused by its place', (_name, value, place) => {
    expect(() => canonicalJson(value)).toThrow(TypeError);
    expect(() => canonicalJson(value)).toThrow(place);
  });

  test('64 levels pass, and a cycle ends', () => {
    expect(canonicalJson(nested(64))).toBe('['.repeat(64) + '1' + ']'.repeat(64));
    const cycle: Record<string, unknown> = {};
    cycle.self = cycle;
    expect(() => canonicalJson(cycle)).toThrow(TypeError);
  });

  test('is JSON, is stable, and does not see the order of keys', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'grapheme' }), (value) => {
        const text = canonicalJson(value);
        expect(canonicalJson(JSON.parse(text))).toBe(text);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.integer()), (object) => {
        const turned = Object.fromEntries(Object.entries(object).toReversed());
        expect(hashJson(turned)).toBe(hashJson(object));
      }),
    );
  });
});

test('sha-256', () => {
  const abc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
  expect(sha256Hex('abc')).toBe(abc);
  expect(sha256Hex(new TextEncoder().encode('abc'))).toBe(abc);
  expect(hashJson({ b: 1, a: 2 })).toBe(sha256Hex('{"a":2,"b":1}'));
});
