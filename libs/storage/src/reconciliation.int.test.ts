import { uuidv7 } from '@winnow/kernel';
import { aHoldRequest, rung, stockDatabase, type StockedDatabase } from '@winnow/testing/stocked-database';
import { createLedger } from './ledger';
import { createReconciliation, type Reconciliation } from './reconciliation';

const ago = (ms: number): Date => new Date(Date.now() - ms);
const minute = 60_000;

describe('the books held against an invoice', () => {
  let stock: StockedDatabase;
  let books: Reconciliation;
  beforeAll(async () => {
    stock = await stockDatabase();
    books = createReconciliation(stock.db.rest);
  });
  afterAll(() => stock.close());

  /** A call that was sent so long ago and never answered: it stands at its worst case. */
  const silentCall = async (sentMsAgo: number): Promise<string> => {
    const tenant = await stock.addTenant();
    const columns = { state: 'running', path: 'fulfil', fence: 1, worker_id: uuidv7() } as const;
    const [job = ''] = await stock.addJobs(tenant, 1, columns);
    const request = aHoldRequest(tenant, job, 1_000n);
    const ledger = createLedger(stock.db.ledger);
    await ledger.openHold(request);
    await ledger.markSent(request.attempt);
    const silent = { kind: 'unknown', nanos: 0n, outcome: 'timeout', estimated: false, ms: null } as const;
    const nothing = { providerId: null, modelResolved: null, tokens: null, answer: null };
    await ledger.closeHold({ attempt: request.attempt, ...silent, ...nothing });
    await stock.query('UPDATE attempt SET sent_at = $2 WHERE id = $1', [request.attempt, ago(sentMsAgo)]);
    return request.attempt;
  };
  const bookedOf = async (attempt: string) =>
    (await stock.query<{ actual: bigint }>('SELECT actual FROM hold WHERE id = $1', [attempt]))[0]?.actual;
  const correctUnbilled = (since: Date) => books.correctUnbilled([rung.provider], since, minute);

  test('one that was deleted and begun anew releases nothing that was sent before it began', async () => {
    const before = await silentCall(10 * minute);
    const after = await silentCall(2 * minute);
    const fresh = await silentCall(minute / 2);
    expect(await correctUnbilled(ago(0))).toBe(0);
    expect(await correctUnbilled(ago(5 * minute))).toBe(1);
    expect(await Promise.all([before, after, fresh].map(bookedOf))).toEqual([1_000n, 0n, 1_000n]);
    expect(await correctUnbilled(ago(20 * minute))).toBe(1);
    expect(await bookedOf(before)).toBe(0n);
  });

  test('each has a mark of its own, the one that was read last first, and a bill that both list counts once', async () => {
    const [first, second] = ['first', 'second'].map((id) => ({ id, startedAt: ago(minute) }));
    if (first === undefined || second === undefined) throw new Error('there are two');
    const attempt = await silentCall(0);
    const lines = [
      { n: 1, attempt, nanos: 300n },
      { n: 2, attempt, nanos: 400n },
    ];
    expect(await books.lastMark('x')).toBeNull();
    await books.keep('x', first, lines);
    await books.keep('x', first, lines);
    expect(await books.lastMark('x')).toEqual({ id: 'first', line: 2 });
    expect(await books.lineOf('x', 'second')).toBe(0);
    await books.keep('x', second, lines);
    expect(await books.lastMark('x')).toEqual({ id: 'second', line: 2 });
    expect(await books.lineOf('x', 'first')).toBe(2);
    expect(await books.correctBilled()).toMatchObject([{ calls: 1, billed: 700n, booked: 1_000n, corrected: 1 }]);
  });
});
