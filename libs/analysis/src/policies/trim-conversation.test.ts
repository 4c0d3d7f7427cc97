import fc from 'fast-check';
import { conversationMarks, replayTrims, trimConversation, type Turn } from './trim-conversation';

const turn = (role: Turn['role'], tokens: number, more: Partial<Turn> = {}): Turn => ({ role, tokens, ...more });
const marks = { high: 100, low: 50 };
const system = turn('system', 10);
const [user, assistant] = [turn('user', 20), turn('assistant', 20)];

test.each<[string, readonly Turn[], readonly number[]]>([
  ['nothing', [], []],
  [
    'exactly the high mark: all stays',
    [system, user, assistant, user, assistant, turn('user', 10)],
    [0, 1, 2, 3, 4, 5],
  ],
  ['over it: one cut down to the low mark', [system, user, assistant, user, assistant, user], [0, 4, 5]],
  ['what is pinned stays', [system, { ...user, pinned: true }, assistant, user, assistant, user], [0, 1, 5]],
  [
    'a call goes with its result',
    [system, turn('assistant', 20, { calls: ['a'] }), turn('tool', 50, { answers: 'a' }), user, user],
    [0, 3, 4],
  ],
  [
    'a call that has to stay keeps its result',
    [system, turn('assistant', 20, { calls: ['a'], pinned: true }), turn('tool', 50, { answers: 'a' }), user, user],
    [0, 1, 2, 4],
  ],
  [
    'two calls of one turn and both results are one',
    [
      turn('assistant', 20, { calls: ['a', 'b'] }),
      turn('tool', 30, { answers: 'a' }),
      turn('tool', 30, { answers: 'b' }),
      user,
      user,
    ],
    [3, 4],
  ],
  ['the last stays, however long it is', [system, user, turn('user', 500)], [0, 2]],
  ['the system stays, however long it is', [turn('system', 500), user, user], [0, 2]],
  [
    'the result that came last keeps its call',
    [user, turn('assistant', 20, { calls: ['a'] }), turn('tool', 90, { answers: 'a' })],
    [1, 2],
  ],
])('%s', (_name, turns, left) => expect(trimConversation(turns, marks)).toEqual(left));

test('the standards', () => expect(conversationMarks).toEqual({ high: 6_000, low: 3_000 }));

const turns = fc.array(
  fc.record({
    role: fc.constantFrom('user' as const, 'assistant' as const),
    tokens: fc.integer({ min: 1, max: 40 }),
  }),
  { maxLength: 60 },
);
const talk = turns.map((said): Turn[] => [system, ...said]);
const sumOf = (all: readonly Turn[], left: readonly number[]): number =>
  left.reduce((sum, index) => sum + (all[index]?.tokens ?? 0), 0);

test('what is left is under the high mark, keeps its order and the last turn, and trims to itself', () => {
  fc.assert(
    fc.property(talk, (all) => {
      const left = trimConversation(all, marks);
      expect(sumOf(all, left)).toBeLessThanOrEqual(marks.high);
      expect(left).toEqual(left.toSorted((a, b) => a - b));
      expect(left.at(-1)).toBe(all.length - 1);
      const again = left.map((index) => all[index] as Turn);
      expect(trimConversation(again, marks)).toEqual(again.map((_, index) => index));
    }),
  );
});

test('between two cuts every conversation begins with all of the one before it', () => {
  fc.assert(
    fc.property(talk, (all) => {
      let before: number[] = [];
      let cuts = 0;
      for (let said = 1; said <= all.length; said += 1) {
        const left = replayTrims(all.slice(0, said), marks);
        const isLonger = before.every((index, at) => left[at] === index);
        if (!isLonger) {
          cuts += 1;
          expect(sumOf(all, left)).toBeLessThanOrEqual(marks.low);
        }
        before = left;
      }
      // a cut takes away half the window, which has to be said again before the next one
      expect(cuts).toBeLessThanOrEqual(Math.ceil(sumOf(all, [...all.keys()]) / (marks.high - marks.low)));
    }),
  );
});

test('a call and its result are never parted', () => {
  const pair = fc.tuple(fc.nat(30), fc.nat(30)).map(([a, b]) => ({ call: a + 1, result: b + 1 }));
  fc.assert(
    fc.property(fc.array(pair, { maxLength: 20 }), (pairs) => {
      const all = pairs.flatMap(({ call, result }, n): Turn[] => [
        turn('assistant', call, { calls: [`c${n}`] }),
        turn('tool', result, { answers: `c${n}` }),
      ]);
      const left = new Set(replayTrims(all, marks));
      for (const n of pairs.keys()) expect(left.has(2 * n)).toBe(left.has(2 * n + 1));
    }),
  );
});
