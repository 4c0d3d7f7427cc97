import type { Compared, Reconciliation } from '@winnow/storage';
import { createBudgetWork, createReconcileWork } from './keep-books';

const head = { id: 'first', startedAt: new Date('2026-11-01T00:00:00.000Z') };

const setUp = (due: readonly string[], compared: Compared[] = []) => {
  const did: unknown[] = [];
  const rounds = [compared];
  const books: Reconciliation = {
    lastMark: async () => null,
    lineOf: async () => 0,
    keep: async () => undefined,
    correctBilled: async () => rounds.shift() ?? [],
    correctUnbilled: async () => 0,
    compareAgain: async (days) => void did.push(`the last ${days} days again`),
    countStrays: async () => 0,
  };
  const work = createReconcileWork({
    budgets: { isDue: async (name) => due.includes(name) },
    books,
    reader: { invoice: 'x', providers: ['p'], read: async () => ({ head, last: 0, lines: [], hasMore: false }) },
    listedWithinMs: 1,
    onReconciled: () => void did.push('reconciled'),
    onDrift: ({ provider }, drift) => void did.push([provider, drift]),
  });
  return { work, did };
};

test.each([
  ['nothing is due', [], []],
  ['the hour', ['reconcile'], ['reconciled']],
  ['the day', ['reconcile the last days'], ['the last 2 days again', 'reconciled']],
])('%s', async (_name, due, expected) => {
  const { work, did } = setUp(due);
  await work();
  expect(did).toEqual(expected);
});

test('tells of a provider whose bill is off by more than half a per cent', async () => {
  const of = (provider: string, billed: bigint): Compared => ({
    provider,
    billed,
    booked: 1_000n,
    calls: 1,
    corrected: 1,
  });
  const { work, did } = setUp(['reconcile'], [of('a', 1_005n), of('b', 1_006n), of('c', 990n)]);
  await work();
  expect(did).toEqual(['reconciled', ['b', 1.006], ['c', 0.99]]);
});

test('windows are made ahead, and every alert is told of', async () => {
  const told: unknown[] = [];
  const alert = { tenant: 't', kind: 'tenant-day', subject: 't', percent: 80, spent: 8n, cap: 10n } as const;
  const budgets = {
    makeAhead: async () => told.push('ahead'),
    alert: async () => [alert],
    isDue: async () => false,
  };
  await createBudgetWork({ budgets, onAlert: (one) => void told.push(one) })();
  expect(told).toEqual(['ahead', alert]);
});
