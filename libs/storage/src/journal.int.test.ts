import type { Closing, Move } from '@winnow/analysis';
import type { JobState } from '@winnow/contracts';
import { uuidv7 } from '@winnow/kernel';
import { aHoldRequest, stockDatabase, type StockedDatabase } from '@winnow/testing/stocked-database';
import { askToStop } from './cancels';
import { createJournal } from './journal';
import { createLedger } from './ledger';
import type { TenantId } from './tenant-id';

const aReceipt = () => ({ id: uuidv7(), body: { actual: '0' } }) as unknown as NonNullable<Move['receipt']>;
const at = '2026-11-21T12:00:00.000Z';
const told = (state: JobState) => ({ kind: 'state' as const, data: { state, at } });

describe('moving a job', () => {
  let stock: StockedDatabase;
  let tenant: TenantId;
  beforeAll(async () => {
    stock = await stockDatabase();
  });
  beforeEach(async () => {
    tenant = await stock.addTenant();
  });
  afterAll(() => stock.close());

  const running = async (columns = {}): Promise<string> =>
    (
      await stock.addJobs(tenant, 1, { state: 'running', path: 'fulfil', fence: 3, worker_id: uuidv7(), ...columns })
    )[0] ?? '';
  const anEnd = (job: string, but: Partial<Move> = {}): Move => ({
    job,
    fence: 3,
    from: ['running'],
    state: 'succeeded',
    lane: 'direct',
    result: { sentiment: 'mixed' },
    score: 0.9,
    booked: 0n,
    receipt: aReceipt(),
    events: [told('succeeded')],
    ...but,
  });
  const journal = () => createJournal(stock.db.rest);
  const eventsOf = async (job: string): Promise<number[]> =>
    (await stock.query<{ n: number }>('SELECT n FROM event WHERE job_id = $1 ORDER BY n', [job])).map(({ n }) => n);

  test('to its end: state, result, receipt and events in one', async () => {
    const job = await running({ events: 2 });
    const end = anEnd(job);
    expect(await journal().move(end)).toBe('moved');
    expect(await stock.jobOf(job)).toMatchObject({
      state: 'succeeded',
      result: { sentiment: 'mixed' },
      score: 0.9,
      result_fence: 3,
      fence: 3,
      events: 3,
      worker_id: null,
      run_until: null,
      lane: 'direct',
      ended_at: expect.any(Date),
    });
    expect(await stock.query('SELECT id, tenant_id, last_entry FROM receipt WHERE job_id = $1', [job])).toEqual([
      { id: end.receipt?.id, tenant_id: tenant, last_entry: 0n },
    ]);
    expect(await eventsOf(job)).toEqual([3]);
    expect(await stock.query('SELECT 1 FROM outbox WHERE ref = $1', [job])).toEqual([]);
  });

  test('onwards: the next hint waits in the outbox, once', async () => {
    const job = await running({ hint: 4, priority: 7 });
    const onwards: Move = {
      job,
      fence: 3,
      from: ['running'],
      state: 'queued',
      path: 'fulfil',
      queue: 'executions',
      events: [],
    };
    expect(await journal().move(onwards)).toBe('moved');
    expect(await journal().move(onwards)).toBe('lost');
    expect(await stock.jobOf(job)).toMatchObject({
      state: 'queued',
      hint: 5,
      fence: 3,
      worker_id: null,
      ended_at: null,
      result_fence: null,
    });
    expect(await stock.query('SELECT queue, tenant_id, priority, hint FROM outbox WHERE ref = $1', [job])).toEqual([
      { queue: 'executions', tenant_id: tenant, priority: 7, hint: 5 },
    ]);
  });

  test('parked: without a hint, until its window turns', async () => {
    const job = await running();
    const parkedUntil = new Date('2026-11-22T00:00:00Z');
    const parked: Move = {
      job,
      fence: 3,
      from: ['running'],
      state: 'parked',
      path: 'intake',
      parked: { scope: 'tenant-day:', wants: 7n, until: parkedUntil },
      events: [told('parked')],
    };
    expect(await journal().move(parked)).toBe('moved');
    expect(await stock.jobOf(job)).toMatchObject({
      state: 'parked',
      path: 'intake',
      parked_until: parkedUntil,
      parked_scope: 'tenant-day:',
      wants: 7n,
      hint: 1,
    });
  });

  test.each([
    ['another claim has it', { fence: 4 }, 'lost'],
    ['it is in another state', { state: 'parked', worker_id: null }, 'lost'],
    ['it was asked to stop', { state: 'canceling' }, 'canceling'],
    ['it was asked to stop and then taken away', { state: 'canceling', fence: 4 }, 'lost'],
    ['money moved since the receipt was made', { spent: 5n }, 'rebook'],
    ['money moved beyond a hold', { over: 5n }, 'rebook'],
  ])('not when %s', async (_, columns, verdict) => {
    const job = await running(columns);
    const before = await stock.jobOf(job);
    expect(await journal().move(anEnd(job))).toBe(verdict);
    expect(await stock.jobOf(job)).toEqual(before);
    expect(await eventsOf(job)).toEqual([]);
    expect(await stock.query('SELECT 1 FROM receipt WHERE job_id = $1', [job])).toEqual([]);
  });

  test('not one that nobody knows', async () => expect(await journal().move(anEnd(uuidv7()))).toBe('lost'));

  test('of nobody, for a cancel: whatever the fence is, which rises so that a late claim writes nothing', async () => {
    const job = await running({ state: 'queued', worker_id: null });
    const cancel = anEnd(job, { fence: null, from: ['queued', 'parked'], state: 'canceled', result: undefined });
    expect(await journal().move(cancel)).toBe('moved');
    expect(await stock.jobOf(job)).toMatchObject({ state: 'canceled', fence: 4, result_fence: 3 });
  });

  test('once: of ends at once, in one run and in several, one is written', async () => {
    const job = await running();
    const writers = [1, 2, 3].map(journal);
    const ends = writers.flatMap((writer) => [writer.move(anEnd(job)), writer.move(anEnd(job, { state: 'failed' }))]);
    const verdicts = await Promise.all(ends);
    expect(verdicts.filter((verdict) => verdict === 'moved')).toHaveLength(1);
    expect(verdicts.filter((verdict) => verdict === 'lost')).toHaveLength(5);
    expect(await eventsOf(job)).toEqual([1]);
    expect(await stock.query('SELECT 1 FROM receipt WHERE job_id = $1', [job])).toHaveLength(1);
  });

  test('also twice in one run, where the second follows on the first', async () => {
    const job = await running();
    const writer = journal();
    const requeue: Move = {
      job,
      fence: 3,
      from: ['running'],
      state: 'queued',
      queue: 'executions',
      events: [told('queued')],
    };
    const verdicts = await Promise.all([writer.move(requeue), writer.move(anEnd(job, { from: ['queued'] }))]);
    expect(verdicts).toEqual(['moved', 'moved']);
    expect(await eventsOf(job)).toEqual([1, 2]);
  });

  test('numbers the events of all writers without a hole', async () => {
    const job = await running();
    const writer = journal();
    for (let round = 0; round < 5; round += 1) {
      const requeue: Move = {
        job,
        fence: 3,
        from: ['running'],
        state: 'running',
        events: [told('queued'), told('running')],
      };
      await Promise.all([writer.move(requeue), journal().move(requeue)]);
    }
    expect(await askToStop(stock.db.rest, tenant, job)).toBe('canceling');
    await writer.move(anEnd(job, { from: ['canceling'], state: 'canceled' }));
    const { events } = await stock.jobOf(job);
    expect(await eventsOf(job)).toEqual(Array.from({ length: Number(events) }, (_, i) => i + 1));
    expect(events).toBe(22);
  });

  test('a bad move fails alone', async () => {
    const [good, bad] = [await running(), await running()];
    const writer = journal();
    const results = await Promise.allSettled([
      writer.move(anEnd(good)),
      writer.move(anEnd(bad, { state: 'finished' as JobState })),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect((await stock.jobOf(good)).state).toBe('succeeded');
  });

  test('starts, by its receipt, when its first call was sent; without a call it never started', async () => {
    const [sent, unsent] = [await running(), await running()];
    const ledger = createLedger(stock.db.ledger);
    const request = aHoldRequest(tenant, sent, 100n, { fence: 3 });
    await ledger.openHold(request);
    const sentAt = await ledger.markSent(request.attempt);
    await journal().move(anEnd(sent));
    await journal().move(anEnd(unsent));
    expect((await stock.jobOf(sent)).started_at).toEqual(sentAt);
    expect((await stock.jobOf(unsent)).started_at).toBeNull();
  });

  describe('with its bill', () => {
    const aBill = (attempt: string, nanos: bigint): Closing => ({
      attempt,
      kind: 'settled',
      nanos,
      outcome: 'ok',
      providerId: 'chatcmpl-1',
      modelResolved: 'mini-2026',
      tokens: { input: 10, cacheRead: 0, cacheWrite: 0, output: 5 },
      estimated: false,
      answer: '{}',
      ms: 12,
    });
    const sent = async (nanos = 100n) => {
      const job = await running();
      const request = { ...aHoldRequest(tenant, job, nanos, { fence: 3 }), sends: true };
      const verdict = await createLedger(stock.db.ledger).openHold(request);
      return { job, attempt: request.attempt, verdict };
    };
    const holdOf = async (id: string) => (await stock.query('SELECT state, actual FROM hold WHERE id = $1', [id]))[0];

    test('a call that leaves at once is written down as sent with its hold', async () => {
      const { attempt, verdict } = await sent();
      const [row] = await stock.query<{ sent_at: Date }>('SELECT sent_at FROM attempt WHERE id = $1', [attempt]);
      expect(verdict).toEqual({ kind: 'granted', n: 1, sentAt: row?.sent_at });
      expect(await createLedger(stock.db.ledger).markSent(attempt)).toBeNull();
    });

    test('both are written, and the receipt has to know of it', async () => {
      const { job, attempt } = await sent();
      expect(await journal().move(anEnd(job, { booked: 60n, closing: aBill(attempt, 60n) }))).toBe('moved');
      expect(await holdOf(attempt)).toEqual({ state: 'settled', actual: 60n });
      expect(await stock.jobOf(job)).toMatchObject({ state: 'succeeded', spent: 60n, held: 0n });
      const other = await sent();
      expect(await journal().move(anEnd(other.job, { booked: 59n, closing: aBill(other.attempt, 60n) }))).toBe(
        'rebook',
      );
      expect(await holdOf(other.attempt)).toEqual({ state: 'settled', actual: 60n });
    });

    test('the bill is booked where the end is another claim’s to write', async () => {
      const { job, attempt } = await sent();
      await stock.query('UPDATE job SET fence = fence + 1 WHERE id = $1', [job]);
      expect(await journal().move(anEnd(job, { booked: 60n, closing: aBill(attempt, 60n) }))).toBe('lost');
      expect(await stock.jobOf(job)).toMatchObject({ state: 'running', spent: 60n, held: 0n });
    });

    test('many at once, with holds opened and ends without a bill among them, wait for each other in no circle', async () => {
      const all = await Promise.all(Array.from({ length: 40 }, () => sent()));
      const plain = await Promise.all(Array.from({ length: 40 }, () => running()));
      const writers = [journal(), journal(), journal()];
      const verdicts = await Promise.all([
        ...all.map(({ job, attempt }, n) =>
          writers[n % 3]!.move(anEnd(job, { booked: 60n, closing: aBill(attempt, 60n) })),
        ),
        ...plain.toReversed().map((job, n) => writers[n % 3]!.move(anEnd(job))),
        ...Array.from({ length: 40 }, async () => ((await sent()).verdict.kind === 'granted' ? 'moved' : 'lost')),
      ]);
      expect(verdicts.filter((verdict) => verdict !== 'moved')).toEqual([]);
    });
  });

  describe('tells of a call under way', () => {
    const token = (text: string) => ({ kind: 'token' as const, data: { text, path: '/summary' } });
    test('in order, without holes, before the end', async () => {
      const job = await running();
      const writer = journal();
      await Promise.all([
        writer.tell({ id: job, fence: 3 }, [token('a'), token('b')]),
        writer.tell({ id: job, fence: 3 }, [token('c')]),
      ]);
      await writer.move(anEnd(job));
      const rows = await stock.query<{ n: number; data: { text?: string } }>(
        'SELECT n, data FROM event WHERE job_id = $1 ORDER BY n',
        [job],
      );
      expect(rows.slice(0, 3).map(({ data }) => data.text)).toEqual(['a', 'b', 'c']);
      expect(rows.map(({ n }) => n)).toEqual(rows.map((_, at) => at + 1));
    });
    test('nothing after it, nor by a claim that has lost the job', async () => {
      const job = await running();
      await journal().tell({ id: job, fence: 2 }, [token('late')]);
      await journal().move(anEnd(job));
      const { events } = await stock.jobOf(job);
      await journal().tell({ id: job, fence: 3 }, [token('later')]);
      expect((await stock.jobOf(job)).events).toBe(events);
      expect(await stock.query(`SELECT 1 FROM event WHERE job_id = $1 AND kind = 'token'`, [job])).toEqual([]);
    });
  });

  describe('that is done', () => {
    test.each([
      [`state = 'queued'`],
      ['fence = fence + 1'],
      [`result = '{}'`],
      ['result_fence = 9'],
      ['score = 0'],
      [`error = '{}'`],
      [`ended_at = ended_at + interval '1 s'`],
      ['events = events + 1'],
      [`input = '{}'`],
      ['cap = cap + 1'],
      [`lane = 'packed'`],
      [`model = 'another'`],
      [`metadata = '{"a": "b"}'`],
      ['worker_id = gen_random_uuid()'],
    ])('%s is refused by the database', async (set) => {
      const job = await running();
      await journal().move(anEnd(job));
      await expect(stock.query(`UPDATE job SET ${set} WHERE id = $1`, [job])).rejects.toMatchObject({ code: '23001' });
    });

    test('nobody moves it again', async () => {
      const job = await running();
      await journal().move(anEnd(job));
      const before = await stock.jobOf(job);
      await expect(
        journal().move(anEnd(job, { from: ['succeeded'], state: 'failed', receipt: undefined })),
      ).rejects.toThrow('never changes');
      expect(await journal().move(anEnd(job, { fence: null, from: ['queued', 'running'], state: 'canceled' }))).toBe(
        'lost',
      );
      expect(await askToStop(stock.db.rest, tenant, job)).toBeNull();
      expect(await stock.jobOf(job)).toEqual(before);
    });

    test('but its money may', async () => {
      const job = await running();
      await journal().move(anEnd(job));
      await stock.query('UPDATE job SET spent = 5, over = 1 WHERE id = $1', [job]);
      expect(await stock.jobOf(job)).toMatchObject({ spent: 5n, over: 1n });
    });
  });

  test('a job is asked to stop by its own tenant, once, while it runs', async () => {
    const job = await running();
    expect(await askToStop(stock.db.rest, await stock.addTenant(), job)).toBeNull();
    expect(await askToStop(stock.db.rest, tenant, job)).toBe('canceling');
    expect(await askToStop(stock.db.rest, tenant, job)).toBeNull();
    expect(await eventsOf(job)).toEqual([1]);
  });

  test('the attempts of a job are read in order, as their prices and closings have them', async () => {
    const job = await running();
    const ledger = createLedger(stock.db.ledger);
    for (const nanos of [100n, 200n]) await ledger.openHold(aHoldRequest(tenant, job, nanos, { fence: 3 }));
    expect(await journal().attemptsOf(job)).toMatchObject([
      {
        n: 1,
        provider: 'openai',
        model: 'mini',
        held: 100n,
        actual: null,
        state: 'held',
        sentAt: null,
        price: { input: 150_000_000n },
      },
      { n: 2, held: 200n },
    ]);
  });
});
