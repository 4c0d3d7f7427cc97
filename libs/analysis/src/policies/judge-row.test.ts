import { anAttempt } from '@winnow/testing';
import type { AttemptRecord } from '../ports';
import { reviewSentiment } from '../tasks/review-sentiment/review-sentiment';
import { judgeRow } from './judge-row';

const fresh = { task: 'review.sentiment', version: 1, deaths: 0, deadlinePassed: false };
const sent = anAttempt({ n: 1 });
const unsent = anAttempt({ n: 2, state: 'released', sentAt: null });

test.each<[string, Partial<typeof fresh>, AttemptRecord[], unknown]>([
  ['a fresh row is worked on', {}, [], 'work'],
  ['two workers died: worked on once more', { deaths: 2 }, [], 'work'],
  [
    'three died: it is taken to be the cause',
    { deaths: 3 },
    [],
    { state: 'failed', code: 'quarantined', attempt: null },
  ],
  [
    'and the last thing it did is named',
    { deaths: 4 },
    [sent, unsent],
    { state: 'failed', code: 'quarantined', attempt: 2 },
  ],
  ['too late before anything was sent', { deadlinePassed: true }, [], { state: 'aborted' }],
  ['money was set aside but nothing was sent', { deadlinePassed: true }, [unsent], { state: 'aborted' }],
  ['something was sent: it goes on to its end', { deadlinePassed: true }, [sent, unsent], 'work'],
  [
    'dead and late: the deaths are what has to be looked at',
    { deaths: 3, deadlinePassed: true },
    [],
    { state: 'failed', code: 'quarantined', attempt: null },
  ],
])('%s', (_name, but, attempts, expected) => {
  const judged = judgeRow({ ...fresh, ...but }, attempts, reviewSentiment);
  if (!('ended' in judged)) return void expect(expected).toBe('work');
  const { state, error } = judged.ended;
  expect(error === undefined ? { state } : { state, code: error.code, attempt: error.attempt }).toEqual(expected);
});

test('a task that this build does not have', () =>
  expect(judgeRow({ ...fresh, version: 9 }, [], undefined)).toMatchObject({
    ended: {
      state: 'failed',
      error: { code: 'internal', detail: 'review.sentiment@9 is not known here', retryable: true },
    },
  }));
