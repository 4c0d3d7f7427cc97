import type { InvoiceLine } from '@winnow/analysis';
import type { Compared, Reconciliation } from '@winnow/storage';
import { driftOf, reconcile } from './reconcile';

const one = (provider: string, billed: bigint, booked: bigint, corrected = 1): Compared => ({
  provider,
  calls: 1,
  billed,
  booked,
  corrected,
});

const first = { id: 'first', startedAt: new Date('2026-11-01T00:00:00.000Z') };

const setUp = (lineCount: number, rounds: Compared[][], unbilled: number[]) => {
  const lines = Array.from({ length: lineCount }, (_, i): InvoiceLine => ({ n: i + 1, attempt: null, nanos: 1n }));
  const kept: number[] = [];
  const marks = new Map<string, number>();
  const asked: unknown[] = [];
  const books: Reconciliation = {
    lastMark: async () => [...marks].map(([id, line]) => ({ id, line })).at(-1) ?? null,
    lineOf: async (_, id) => marks.get(id) ?? 0,
    keep: async (_, { id }, page) => {
      kept.push(...page.map(({ n }) => n));
      const line = page.at(-1)?.n;
      if (line !== undefined) marks.set(id, line);
    },
    correctBilled: async () => rounds.shift() ?? [],
    correctUnbilled: async (...args) => {
      asked.push(args);
      return unbilled.shift() ?? 0;
    },
    compareAgain: async () => undefined,
    countStrays: async () => 0,
  };
  const read = async (after: number) => ({
    head: first,
    last: lines.length,
    lines: lines.slice(after, after + 2),
    hasMore: after + 2 < lines.length,
  });
  return { at: { reader: { invoice: 'x', providers: ['p'], read }, books, listedWithinMs: 5 }, kept, asked, lines };
};

test('reads on from where it stood, page by page, and adds up what was compared', async () => {
  const rounds = [[one('a', 5n, 7n)], [one('a', 1n, 1n, 0), one('b', 2n, 0n)]];
  const { at, kept, asked } = setUp(5, rounds, [200, 3]);
  expect(await reconcile(at)).toEqual({
    replaced: false,
    lines: 5,
    compared: [
      { provider: 'a', calls: 2, billed: 6n, booked: 8n, corrected: 1 },
      { provider: 'b', calls: 1, billed: 2n, booked: 0n, corrected: 1 },
    ],
    unbilled: 203,
    strays: 0,
  });
  expect(kept).toEqual([1, 2, 3, 4, 5]);
  expect(asked[0]).toEqual([['p'], first.startedAt, 5]);
  expect(await reconcile(at)).toMatchObject({ lines: 0, compared: [], unbilled: 0 });
});

test('an invoice that cannot be read to its end says nothing by its silence', async () => {
  const { at, asked } = setUp(5, [], []);
  const read = (after: number) => (after < 2 ? at.reader.read(after) : Promise.reject(new Error('away')));
  await expect(reconcile({ ...at, reader: { ...at.reader, read } })).rejects.toThrow('away');
  expect(asked).toEqual([]);
});

test('another invoice is read from its first line, and speaks only of what was sent since it began', async () => {
  const { at, kept, asked } = setUp(5, [], []);
  await reconcile(at);
  const second = { id: 'second', startedAt: new Date('2026-11-02T00:00:00.000Z') };
  const lines = [1, 2, 3].map((n): InvoiceLine => ({ n, attempt: null, nanos: 1n }));
  const read = async (after: number) => ({ head: second, last: 3, lines: lines.slice(after), hasMore: false });
  const later = { ...at, reader: { ...at.reader, read } };
  expect(await reconcile(later)).toMatchObject({ replaced: true, lines: 3 });
  expect(kept).toEqual([1, 2, 3, 4, 5, 1, 2, 3]);
  expect(asked.at(-1)).toEqual([['p'], second.startedAt, 5]);
  expect(await reconcile(later)).toMatchObject({ replaced: false, lines: 0 });
});

test('an invoice that lost lines which were read already is not believed', async () => {
  const { at, asked } = setUp(5, [], []);
  await reconcile(at);
  const read = async () => ({ head: first, last: 4, lines: [], hasMore: false });
  await expect(reconcile({ ...at, reader: { ...at.reader, read } })).rejects.toThrow('ends at line 4: 5 were read');
  expect(asked).toHaveLength(1);
});

test.each([
  [10n, 10n, 1],
  [12n, 10n, 1.2],
  [0n, 10n, 0],
  [0n, 0n, 1],
  [1n, 0n, Number.POSITIVE_INFINITY],
])('%d billed of %d booked: %d', (billed, booked, drift) => expect(driftOf(one('p', billed, booked))).toBe(drift));
