import type { CheckResult } from '@winnow/contracts';
import { reviewSentiment } from './review-sentiment';

const checksOf = reviewSentiment.checks as unknown as (input: unknown, output: unknown) => readonly CheckResult[];
const text = 'Great sound, but the battery dies after 2 hours.';

test.each([
  ['positive', 0.8, true],
  ['positive', 0, false],
  ['positive', -0.1, false],
  ['negative', -0.4, true],
  ['negative', 0.4, false],
  ['mixed', 0.6, true],
  ['mixed', -0.6, true],
  ['mixed', 0.61, false],
  ['neutral', 0, true],
  ['neutral', -0.35, true],
  ['neutral', 0.36, false],
])('%s with %d: %s', (sentiment, score, fits) =>
  expect(checksOf({ text, detail: false }, { sentiment, score })).toEqual([
    { name: 'sign:score', value: fits ? 1 : 0, ...(fits ? {} : { why: `${score} does not fit ${sentiment}` }) },
  ]),
);

const detail = {
  sentiment: 'mixed',
  score: 0,
  topics: ['sound', 'battery'],
  issues: ['battery dies'],
  summary: 'Mixed.',
};

test.each([
  ['all of it quoted', {}, [1, 1, 1, 1]],
  ['a topic made up', { topics: ['sound', 'price'] }, [1, 1, 0.5, 1]],
  ['an issue made up', { issues: ['it is heavy'] }, [1, 1, 1, 0]],
  ['no issues is an answer', { issues: [] }, [1, 1, 1, 1]],
  ['nothing filled in', { topics: undefined, issues: undefined, summary: undefined }, [1, 0, 1, 1]],
])('with detail, %s', (_name, but, values) => {
  const checks = checksOf({ text, detail: true }, { ...detail, ...but });
  expect(checks.map(({ name }) => name)).toEqual(['sign:score', 'filled', 'grounded:topics', 'grounded:issues']);
  expect(checks.map(({ value }) => value)).toEqual(values);
});

test.each([
  ['a text', { text: 'ok' }, true],
  ['no text', {}, false],
  ['an empty one', { text: '' }, false],
  ['32,000 characters', { text: 'x'.repeat(32_000) }, true],
  ['one more', { text: 'x'.repeat(32_001) }, false],
  ['a field that nobody knows', { text: 'ok', stars: 5 }, false],
])('input: %s: %s', (_name, input, ok) => expect(reviewSentiment.input.safeParse(input).success).toBe(ok));

test('detail is off unless it is asked for', () =>
  expect(reviewSentiment.input.parse({ text: 'ok' })).toEqual({ text: 'ok', detail: false }));
