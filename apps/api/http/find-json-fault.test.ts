import fc from 'fast-check';
import { findJsonFault } from './find-json-fault';

describe('finding the fault in a text that is no JSON', () => {
  it.each([
    ['', 0],
    ['  ', 2],
    ['{', 1],
    ['{"a"', 4],
    ['{"a":', 5],
    ['{"a":}', 5],
    ['{"a":1', 6],
    ['{"a":1,}', 7],
    ['{a:1}', 1],
    ["{'a':1}", 1],
    ['{"a" 1}', 5],
    ['[1,2', 4],
    ['[1,]', 3],
    ['[1 2]', 3],
    ['[1}', 2],
    ['{"a":1]', 6],
    ['01', 1],
    ['-', 0],
    ['1.', 1],
    ['1e', 1],
    ['.5', 0],
    ['NaN', 0],
    ['tru', 0],
    ['undefined', 0],
    ['"abc', 4],
    ['"a\nb"', 2],
    ['"a\\x"', 2],
    ['"\\u12g4"', 1],
    ['{} {}', 3],
    ['[] x', 3],
    ['// no', 0],
    ['{"a":1,"b":[true,nul]}', 17],
  ])('%j goes wrong at %d', (text, at) => {
    expect(findJsonFault(text).at).toBe(at);
  });

  it('does not mind depth', () => {
    expect(findJsonFault('['.repeat(1_000_000)).at).toBe(1_000_000);
  });

  it('finds no fault before the end of what is JSON', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(findJsonFault(text)).toEqual({ at: text.length, expected: 'the end of the text' });
      }),
    );
  });

  it('everything before the fault can still become JSON, as far as the engine can tell', () => {
    fc.assert(
      fc.property(
        fc.json(),
        fc.nat(),
        fc.constantFrom('}', ']', ',', ':', 'x', '"', '\u0001'),
        (text, place, wrong) => {
          const cut = place % (text.length + 1);
          const broken = text.slice(0, cut) + wrong + text.slice(cut);
          let isBroken = false;
          try {
            JSON.parse(broken);
          } catch {
            isBroken = true;
          }
          fc.pre(isBroken);
          // A fault is never found before what was broken, but for a token that the insertion has cut in two.
          const { at } = findJsonFault(broken);
          expect(at).toBeLessThanOrEqual(broken.length);
          expect(at).toBeGreaterThanOrEqual(Math.max(0, broken.slice(0, cut).search(/[\w.+-]*$/) - 1));
        },
      ),
    );
  });
});
