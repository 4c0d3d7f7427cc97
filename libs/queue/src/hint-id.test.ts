import { encodeId, uuidv7 } from '@winnow/kernel';
import { hintId } from './hint-id';

const job = uuidv7();

test.each([
  ['the first hint is the job’s own id', 1, ''],
  ['the second has another name', 2, '.2'],
  ['and so has every later one', 31, '.31'],
])('%s', (_name, n, ending) => expect(hintId(job, n)).toBe(`${encodeId('job', job)}${ending}`));

test('BullMQ takes it: not digits alone, and no colon', () => {
  for (const n of [1, 2, 10]) expect(hintId(job, n)).toMatch(/^job_[0-9A-Z]{26}(\.\d+)?$/);
});

test('no two hints of one job share a name, nor do two jobs', () => {
  const names = [job, uuidv7()].flatMap((id) => Array.from({ length: 20 }, (_, n) => hintId(id, n + 1)));
  expect(new Set(names).size).toBe(40);
});
