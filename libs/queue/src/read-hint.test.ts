import { uuidv7 } from '@winnow/kernel';
import { UnrecoverableError } from 'bullmq';
import { readHint } from './read-hint';

const id = uuidv7();

test('a hint', () => expect(readHint('executions', { v: 1, id })).toEqual({ v: 1, id }));

test.each([
  ['nothing', undefined],
  ['a text', id],
  ['a later version', { v: 2, id }],
  ['no id', { v: 1 }],
  ['an id that is none', { v: 1, id: '1' }],
  ['more than a hint', { v: 1, id, cap: 5 }],
])('%s is set aside at once: repeating it would not help', (_name, data) =>
  expect(() => readHint('executions', data)).toThrow(UnrecoverableError),
);

test('it says whose hint it was not', () =>
  expect(() => readHint('analyses', {})).toThrow(/^not a hint of analyses: /));
