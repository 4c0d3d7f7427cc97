import { problemCodes, problemSchema, Refusal } from './problems';

const statuses = [400, 401, 402, 403, 404, 405, 406, 408, 409, 412, 413, 414, 415, 422, 429, 431, 500, 503];

test.each(Object.entries(problemCodes))('%s', (code, [status, title]) => {
  expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
  expect(statuses).toContain(status);
  expect(title).toMatch(/^[A-Z].*[^.]$/);
});

test('what a caller may repeat after a while, and only that, is 429 or 503', () => {
  const busy = Object.entries(problemCodes).filter(([, [status]]) => status === 429 || status === 503);
  expect(busy.map(([code]) => code)).toEqual([
    'rate-limited',
    'too-many-streams',
    'queue-full',
    'budget-unavailable',
    'unavailable',
  ]);
});

test('a refusal carries what the edge needs, and reads well in a log', () => {
  const refusal = new Refusal('queue-full', '10,000 jobs are waiting', { waiting: 10_000 }, { 'retry-after': '2' });
  expect(refusal).toMatchObject({
    name: 'Refusal',
    message: 'queue-full: 10,000 jobs are waiting',
    extra: { waiting: 10_000 },
    headers: { 'retry-after': '2' },
  });
});

test('a problem may carry more than it has to', () => {
  const problem = { type: 't', title: 'T', status: 422, detail: 'd', instance: 'i', code: 'invalid', cheapest: '0.1' };
  expect(problemSchema.parse(problem)).toEqual(problem);
});
