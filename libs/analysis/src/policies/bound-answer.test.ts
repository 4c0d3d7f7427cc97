import fc from 'fast-check';
import { boundAnswer, countCuts, growBound } from './bound-answer';

const cut = { outcome: 'truncated' };
const other = { outcome: 'invalid' };

test.each<[string, number, readonly { outcome: string | null }[], number | undefined, number]>([
  ['nothing was sent: what the task asks for', 24, [], undefined, 24],
  ['something else failed', 24, [other, { outcome: null }], undefined, 24],
  ['a label that was cut off: 64 more', 24, [cut], undefined, 88],
  ['a long answer: twice as much', 2_000, [other, cut], undefined, 4_000],
  ['cut off twice: no more than once', 2_000, [cut, cut], undefined, 4_000],
  ['no more than the model gives', 3_000, [cut], 4_096, 4_096],
  ['a model that gives no more than was asked for', 4_096, [cut], 4_096, 4_096],
  ['a model that gives less is left as it is, for its price does not fit', 5_000, [cut], 4_096, 5_000],
  ['what only checked another answer does not count', 24, [{ outcome: 'audit:truncated' }], undefined, 24],
  ['no more than 32,768', 16_384, [cut], 128_000, 32_768],
])('%s', (_name, asked, attempts, most, expected) => expect(boundAnswer(asked, attempts, most)).toBe(expected));

test('cuts are counted', () => expect(countCuts([cut, other, cut])).toBe(2));

test('a bound never shrinks, and never passes what the model gives unless the task did', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 16_384 }), fc.integer({ min: 1, max: 200_000 }), (asked, most) => {
      const grown = growBound(asked, most);
      return grown >= asked && (grown <= most || grown === asked);
    }),
  );
});
