import { seeded } from '../statistics/seeded';
import type { Verifier } from '../scoring/verifier';
import { figuresOf, type ScoredAnswer } from './figures';
import { goodOf, referenceGoodOf, rescored, type Label } from './labels';
import { chainOf, pairingsOf } from './pair-outcomes';
import {
  boundOf,
  decodeThreshold,
  encodeThreshold,
  foldComparisons,
  newThreshold,
  type Comparison,
  type Threshold,
} from './threshold';
import { learnLesson } from './train';

const label = (but: Partial<Label> = {}): Label => ({
  job: 'job',
  subject: 'a/mini',
  reference: 'a/big',
  agreed: true,
  human: null,
  score: 1,
  signs: null,
  propensity: 1,
  ...but,
});

test.each<[string, Partial<Label>, number, number]>([
  ['the reference says the same', {}, 1, 1],
  ['it says something else', { agreed: false }, 0, 1],
  ['a person finds the answer right, although the reference differs', { agreed: false, human: 1 }, 1, 0],
  ['a person finds it wrong, and the reference differs', { agreed: false, human: 0 }, 0, 1],
  ['a person finds wrong what both say', { human: 0 }, 0, 0],
  ['nobody but a person has judged it', { reference: null, agreed: null, human: 1 }, 1, 0],
])('%s', (_name, but, good, reference) => {
  expect([goodOf(label(but)), referenceGoodOf(label(but))]).toEqual([good, reference]);
});

describe('the threshold', () => {
  const begin = () => newThreshold({ scorer: 0, taskVersion: 1, promised: 0.8 });
  /** Scores tell how likely an answer is right; `worse` takes from that without being seen. */
  const stream = (from: number, n: number, worse: number, seed: number): Comparison[] => {
    const random = seeded(seed);
    return Array.from({ length: n }, (_, i) => {
      const score = random();
      const agreed = random() < Math.max(0, 0.5 + score / 2 - worse);
      return { ...label({ score, agreed }), id: from + i };
    });
  };
  const bound = (state: Threshold): number => boundOf(state) ?? 0;

  test('is none before there are forty labels', () => {
    expect(boundOf(begin())).toBeNull();
    expect(boundOf(foldComparisons(begin(), stream(1, 39, 0, 1), null))).toBeNull();
    expect(boundOf(foldComparisons(begin(), stream(1, 40, 0, 1), null))).not.toBeNull();
  });

  test('rises when the cheaper model gets worse, and what is served keeps the promise', () => {
    const before = foldComparisons(begin(), stream(1, 1_200, 0, 2), null);
    const after = foldComparisons(before, stream(1_201, 1_200, 0.25, 3), null);
    expect(bound(before)).toBeGreaterThan(0.02);
    expect(bound(after)).toBeGreaterThan(bound(before) + 0.1);
    const served = stream(1, 4_000, 0.25, 4).map((one) => (one.score < bound(after) ? 1 : goodOf(one)));
    expect(served.reduce((sum, one) => sum + one, 0) / served.length).toBeGreaterThan(0.8);
  });

  test('sends nothing up where all agree, and as much as the promise takes where none does', () => {
    expect(boundOf(foldComparisons(begin(), stream(1, 200, -1, 5), null))).toBeNull();
    expect(bound(foldComparisons(begin(), stream(1, 200, 2, 5), null))).toBeGreaterThan(0.75);
  });

  test('an answer that scores just at the bound of the controller goes up', () => {
    const all = Array.from({ length: 80 }, (_, i) => ({
      ...label({ score: i % 2 === 0 ? 0.9 : 0.4, agreed: i % 2 === 0 }),
      id: i + 1,
    }));
    const found = bound(foldComparisons(begin(), all, null));
    expect(found).toBeGreaterThan(0.4);
    expect(found).toBeLessThan(0.9);
  });

  test('sees each comparison once, and outlives being written down', () => {
    const rows = stream(1, 300, 0, 6);
    const once = foldComparisons(begin(), rows, null);
    expect(foldComparisons(once, rows, null)).toEqual(once);
    expect(decodeThreshold(encodeThreshold(once))).toEqual(once);
    expect(decodeThreshold(encodeThreshold(begin()))).toEqual(begin());
    expect(() => decodeThreshold(Buffer.from('{"seen":1}'))).toThrow();
  });
});

describe('the figures of a task', () => {
  const random = seeded(9);
  const answers: ScoredAnswer[] = Array.from({ length: 2_000 }, (_, i) => ({
    job: `j${i}`,
    rung: i % 4 === 0 ? 'a/big' : 'a/mini',
    tier: 'ultra',
    score: random() < 0.5 ? 1 : 0.4,
    signs: null,
    category: i % 2 === 0 ? 'Electronics' : 'Books',
    complexity: 0.1,
  }));
  const labels = answers
    .filter(({ rung }, i) => rung === 'a/mini' && i % 5 === 1)
    .map((one) => label({ job: one.job, agreed: random() < (one.score === 1 ? 0.9 : 0.5) }));

  test('state a rung by labels and scores, and leave out one without labels', () => {
    const { rungs, coldStart } = figuresOf(answers, labels, null);
    expect(Object.keys(rungs)).toEqual(['a/mini']);
    const { mean, low, high, n, labels: seen } = rungs['a/mini']!;
    expect([n, seen]).toEqual([1_500, labels.length]);
    expect(low).toBeLessThan(0.7);
    expect(high).toBeGreaterThan(0.7);
    expect(Math.abs(mean - 0.7)).toBeLessThan(0.08);
    expect(coldStart.cuts[0]).toBe(0.25);
    expect(coldStart.rightAtUltra.Electronics).toBeGreaterThan(0.5);
  });
});

describe('pairs of rungs', () => {
  const many = (n: number, subject: string, reference: string) =>
    Array.from({ length: n }, (_, i) => label({ job: `${subject}${i}`, subject, reference, agreed: i % 2 === 0 }));
  const ladder = ['a/mini', 'b/mate', 'a/mid', 'a/big'];

  test.each<[string, Label[], string[]]>([
    ['too few', many(99, 'a/mini', 'a/big'), []],
    ['over a rung that nobody was held against', many(100, 'a/mini', 'a/big'), ['a/mini', 'a/big']],
    ['three in a row', [...many(100, 'a/mini', 'a/mid'), ...many(100, 'a/mid', 'a/big')], ['a/mini', 'a/mid', 'a/big']],
    ['from a stand-in on', many(100, 'b/mate', 'a/mid'), ['b/mate', 'a/mid']],
    ['never downwards', many(100, 'a/big', 'a/mini'), []],
  ])('%s', (_name, labels, chain) => expect(chainOf(labels, ladder)).toEqual(chain));

  test('outcomes stand at their rungs, weighed by their chance', () => {
    const labels = [label({ agreed: false, propensity: 0.01 }), label({ subject: 'b/mate' })];
    expect(pairingsOf(labels, ['a/mini', 'a/big'])).toEqual([{ job: 'job', outcomes: [0, 1], weight: 20 }]);
  });
});

describe('lessons', () => {
  test('a scorer learns to state what is so, on answers that it has not seen', () => {
    const random = seeded(12);
    const rows = (n: number) =>
      Array.from({ length: n }, () => {
        const fault = random() < 0.4 ? 1 : 0;
        const chance = fault === 1 ? 0.35 : 0.9;
        return { signs: { 'fault grounded': fault, length: random() }, good: random() < chance ? 1 : 0 };
      });
    const learnt = learnLesson({ kind: 'score', rows: rows(800), seed: 1 });
    if (learnt.kind !== 'learnt') throw new Error('too few');
    const verifier = JSON.parse(Buffer.from(learnt.weights).toString()) as Verifier;
    const fresh = rows(3_000);
    for (const fault of [0, 1]) {
      const held = fresh.filter(({ signs }) => signs['fault grounded'] === fault);
      const stated = held.reduce((sum, { signs }) => sum + rescored({ score: 0, signs }, verifier), 0) / held.length;
      const good = held.reduce((sum, row) => sum + row.good, 0) / held.length;
      expect(Math.abs(stated - good)).toBeLessThan(0.05);
    }
    expect(learnLesson({ kind: 'score', rows: rows(99), seed: 1 })).toEqual({ kind: 'too-few' });
  });

  test('a router without enough pairs is none', () =>
    expect(
      learnLesson({ kind: 'router', task: 'a.b', rungs: ['a/mini', 'a/big'], rows: [], old: null, seed: 1 }),
    ).toEqual({ kind: 'too-few' }));
});
