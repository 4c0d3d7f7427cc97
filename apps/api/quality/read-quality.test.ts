import type { TenantAnswer } from '@winnow/storage';
import { figuresOf } from './read-quality';

const answer = (but: Partial<TenantAnswer> = {}): TenantAnswer => ({
  job: 'j',
  tier: 'ultra',
  lane: 'direct',
  rung: 'a/b',
  score: 0.9,
  calibrated: false,
  good: null,
  labeller: null,
  ...but,
});
const right = answer({ good: 1, labeller: 'shadow' });
const wrong = answer({ good: 0, labeller: 'audit', score: 0.4 });

test.each<[string, TenantAnswer[], object]>([
  ['nothing was answered', [], { mean: null, low: null, high: null, score: null, n: 0, labels: 0, byLabeller: [] }],
  ['two labels say too little', [right, wrong], { mean: null, score: 0.65, n: 2, labels: 2 }],
  ['scores alone are no quality', [answer(), answer()], { mean: null, score: 0.9, n: 2, labels: 0 }],
  [
    'labels by who gave them',
    [right, right, wrong, answer({ good: 1, labeller: 'human' })],
    {
      mean: 0.75,
      n: 4,
      labels: 4,
      byLabeller: [
        { labeller: 'human', labels: 1, right: 1 },
        { labeller: 'shadow', labels: 2, right: 1 },
        { labeller: 'audit', labels: 1, right: 0 },
      ],
    },
  ],
])('%s', (_name, answers, expected) => expect(figuresOf(answers)).toMatchObject(expected));

test('scores of the many move the mean of the few labels', () => {
  const labelled = Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? right : wrong));
  const { mean, low, high } = figuresOf([...labelled, ...Array.from({ length: 200 }, () => answer())]);
  expect(mean).toBeGreaterThan(0.9);
  expect(low).toBeLessThanOrEqual(mean ?? 0);
  expect(high).toBeGreaterThanOrEqual(mean ?? 1);
});

test('scores of two kinds are no one scale', () => {
  const plain = Array.from({ length: 40 }, (_, i) =>
    answer({ score: 1, good: i % 10 < 7 ? 1 : 0, labeller: 'shadow' }),
  );
  const learned = Array.from({ length: 400 }, (_, i) =>
    answer({ score: 0.7, calibrated: true, ...(i < 10 ? { good: i < 7 ? 1 : 0, labeller: 'shadow' as const } : {}) }),
  );
  expect(figuresOf([...plain, ...learned]).mean).toBeCloseTo(0.7, 6);
});
