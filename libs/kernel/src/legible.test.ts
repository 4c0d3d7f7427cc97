import fc from 'fast-check';
import { legible } from './legible';

test.each([
  ['plain text stays', 'no credit', 'no credit'],
  ['what is too long is cut', 'a'.repeat(20), 'a'.repeat(10)],
  ['a pair that is whole stays', '12345678😀', '12345678😀'],
  ['a pair that the cut halves', '123456789😀', '123456789\uFFFD'],
  ['a half that was there', 'a\uD83Db', 'a\uFFFDb'],
  ['U+0000', 'a\0b', 'ab'],
])('%s', (_name, text, expected) => expect(legible(text, 10)).toBe(expected));

test('whatever comes in, JSON of it can be stored', () =>
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.nat(20), (text, most) => {
      const out = legible(text, most);
      return out.length <= most && out.isWellFormed() && !out.includes('\0');
    }),
  ));
