import { hintSchema, queueNames, queueOfPath, queues } from './queues';

test('every path has its queue, and every queue its path', () =>
  expect(queueNames.map((name) => queueOfPath[queues[name].path])).toEqual(queueNames));

test('names that BullMQ and the house can bear: plural nouns without a colon', () => {
  for (const name of queueNames) expect(name).toMatch(/^[a-z]+s$/);
});

test('a claim outlives the handler’s own limits, and a hint is repeated within its lease', () => {
  for (const { leaseMs, attempts, backoffMs } of Object.values(queues)) {
    expect(leaseMs).toBeGreaterThanOrEqual(30_000);
    // exponential, as the settings ask for: 1 + 2 + 4 + 8 times the first pause
    expect(backoffMs * (2 ** (attempts - 1) - 1)).toBeLessThan(leaseMs);
  }
});

const id = '019a0000-0000-7000-8000-000000000000';
test.each([
  ['a hint', { v: 1, id }, true],
  ['another version', { v: 2, id }, false],
  ['no version', { id }, false],
  ['an id that is none', { v: 1, id: 'job_1' }, false],
  ['anything beside', { v: 1, id, input: {} }, false],
  ['nothing', null, false],
])('%s: %s', (_name, hint, ok) => expect(hintSchema.safeParse(hint).success).toBe(ok));
