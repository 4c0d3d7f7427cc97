import { arithmetic } from '../checks/arithmetic';
import { final } from '../checks/final';
import { seeded } from '../statistics/seeded';
import { signsOf } from './answer-signs';
import { trainVerifier, verify, type GradedSigns } from './verifier';

const answerOf = (a: number, b: number, stated: number, ends: boolean) =>
  `That is ${a} * ${b} = ${stated} pens.${ends ? `\n#### ${stated}` : ''}`;
const signs = (a: number, b: number, stated: number, ends = true) => {
  const answer = answerOf(a, b, stated, ends);
  const question = `${a} boxes hold ${b} pens each. How many pens is that?`;
  return signsOf({ question, answer, rung: 'mini', checks: [arithmetic(answer), final(answer)] });
};

/** Answers that reckon wrong or stop early are mostly bad; one in ten is graded the other way. */
const graded = (n: number, seed: number): GradedSigns[] => {
  const random = seeded(seed);
  return Array.from({ length: n }, () => {
    const a = 2 + Math.floor(9 * random());
    const b = 2 + Math.floor(9 * random());
    const wrong = random() < 0.3;
    const ends = random() < 0.9;
    const good = (!wrong && ends) !== random() < 0.1 ? 1 : 0;
    return { signs: signs(a, b, wrong ? a * b + 3 : a * b, ends), good };
  });
};
const verifier = trainVerifier(graded(800, 1), 1)!;

test.each([
  ['a right way to a stated end', signs(7, 8, 56), 0.8, 1],
  ['a step that does not come out', signs(7, 8, 59), 0, 0.3],
  ['no end', signs(7, 8, 56, false), 0, 0.5],
])('%s', (_name, seen, least, most) => {
  const { good } = verify(verifier, seen);
  expect(good).toBeGreaterThanOrEqual(least);
  expect(good).toBeLessThanOrEqual(most);
});

test('what it states is how often it is so', () => {
  const fresh = graded(2_000, 2).map((row) => ({ ...row, stated: verify(verifier, row.signs).good }));
  for (const half of [fresh.filter(({ stated }) => stated >= 0.5), fresh.filter(({ stated }) => stated < 0.5)]) {
    const mean = (key: 'good' | 'stated') => half.reduce((sum, row) => sum + row[key], 0) / half.length;
    expect(Math.abs(mean('good') - mean('stated'))).toBeLessThan(0.05);
  }
});

test('a higher raw score never states less', () => {
  const all = graded(200, 3)
    .map((row) => verify(verifier, row.signs))
    .sort((a, b) => a.raw - b.raw);
  expect(all.every(({ good }, i) => i === 0 || good >= all[i - 1]!.good)).toBe(true);
});

test('a sign that it has not learned changes nothing', () =>
  expect(verify(verifier, { ...signs(7, 8, 56), novelty: 99 })).toEqual(verify(verifier, signs(7, 8, 56))));

test('it is plain data', () => expect(JSON.parse(JSON.stringify(verifier))).toEqual(verifier));
test('under a hundred labels: null', () => expect(trainVerifier(graded(99, 1), 1)).toBeNull());
