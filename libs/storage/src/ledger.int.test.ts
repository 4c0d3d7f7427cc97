import type { Closing } from '@winnow/analysis';
import { uuidv7 } from '@winnow/kernel';
import { aHoldRequest, stockDatabase, type StockedDatabase } from '@winnow/testing/stocked-database';
import { createLedger } from './ledger';
import type { TenantId } from './tenant-id';
import { createUpkeep } from './upkeep';

const cent = 10_000_000n;

const aClosing = (attempt: string, kind: Closing['kind'], nanos = 0n): Closing => ({
  attempt,
  kind,
  nanos,
  outcome: kind === 'settled' ? 'ok' : 'timeout',
  providerId: 'chatcmpl-1',
  modelResolved: 'mini-2026',
  tokens: { input: 10, cacheRead: 0, cacheWrite: 0, output: 5 },
  estimated: false,
  answer: '{}',
  ms: 12,
});

describe('the ledger', () => {
  let stock: StockedDatabase;
  let tenant: TenantId;
  const running = (count: number, columns = {}) =>
    stock.addJobs(tenant, count, { state: 'running', path: 'fulfil', fence: 1, worker_id: uuidv7(), ...columns });
  const oneRunning = async (columns = {}): Promise<string> => (await running(1, columns))[0] ?? '';
  const money = async (table: 'job' | 'budget', id: unknown) =>
    (
      await stock.query<Record<string, bigint>>(
        `SELECT cap, spent, held, over, (SELECT coalesce(sum(nanos), 0)::bigint FROM entry WHERE ${table}_id = x.id) AS entries FROM ${table} x WHERE id = $1`,
        [id],
      )
    )[0];
  const moneyOfDay = async () => money('budget', (await stock.dayOf(tenant)).id);

  beforeAll(async () => {
    stock = await stockDatabase();
  });
  beforeEach(async () => {
    tenant = await stock.addTenant();
  });
  afterAll(() => stock.close());

  describe('opens a hold', () => {
    test('in the job and in the day of its tenant, with the attempt written down unsent', async () => {
      const job = await oneRunning();
      const request = aHoldRequest(tenant, job, 4n * cent);
      expect(await createLedger(stock.db.ledger).openHold(request)).toEqual({ kind: 'granted', n: 1 });
      expect(await money('job', job)).toMatchObject({ held: 4n * cent, spent: 0n });
      expect(await moneyOfDay()).toMatchObject({ held: 4n * cent, spent: 0n, cap: 200n * cent });
      const [attempt] = await stock.query('SELECT * FROM attempt WHERE id = $1', [request.attempt]);
      expect(attempt).toMatchObject({ job_id: job, n: 1, fence: 1, sent_at: null, outcome: null, max_tokens: 100 });
      expect((await stock.jobOf(job)).attempts).toBe(1);
    });

    test('not past what the job may cost, counting what was billed beyond earlier holds', async () => {
      const ledger = createLedger(stock.db.ledger);
      const full = await oneRunning({ spent: cent, over: 2n * cent, cap: 5n * cent });
      expect(await ledger.openHold(aHoldRequest(tenant, full, 2n * cent + 1n))).toEqual({ kind: 'over-cap' });
      expect(await ledger.openHold(aHoldRequest(tenant, full, 2n * cent))).toMatchObject({ kind: 'granted' });
    });

    test('not past the day, and says which window is full and when it ends', async () => {
      const ledger = createLedger(stock.db.ledger);
      const job = await oneRunning({ cap: 900n * cent });
      expect(await ledger.openHold(aHoldRequest(tenant, job, 150n * cent))).toMatchObject({ kind: 'granted' });
      const refused = await ledger.openHold(aHoldRequest(tenant, job, 51n * cent));
      const midnight = new Date(new Date().setUTCHours(24, 0, 0, 0));
      expect(refused).toEqual({ kind: 'over-budget', scope: 'tenant-day:', resetsAt: midnight });
      expect(await moneyOfDay()).toMatchObject({ held: 150n * cent });
      expect(await stock.query('SELECT 1 FROM attempt WHERE job_id = $1', [job])).toHaveLength(1);
    });

    test.each([
      ['another claim has the job', { fence: 2 }],
      ['the job was asked to stop', { state: 'canceling' }],
      ['the job waits for a worker', { state: 'queued', worker_id: null }],
      ['the job is done', { state: 'succeeded', worker_id: null }],
    ])('not when %s', async (_, columns) => {
      const job = await oneRunning(columns);
      expect(await createLedger(stock.db.ledger).openHold(aHoldRequest(tenant, job, cent))).toEqual({ kind: 'lost' });
      expect(await money('job', job)).toMatchObject({ held: 0n });
    });

    test('not for a job that nobody knows', async () => {
      const verdict = await createLedger(stock.db.ledger).openHold(aHoldRequest(tenant, uuidv7(), cent));
      expect(verdict).toEqual({ kind: 'lost' });
    });

    test('in the window that is open now, once the one it remembers has closed', async () => {
      const ledger = createLedger(stock.db.ledger);
      const job = await oneRunning();
      await ledger.openHold(aHoldRequest(tenant, job, cent));
      const yesterday = await stock.dayOf(tenant);
      await stock.query(
        `UPDATE budget SET opens_at = opens_at - interval '1 day', closes_at = closes_at - interval '1 day' WHERE id = $1`,
        [yesterday.id],
      );
      expect(await ledger.openHold(aHoldRequest(tenant, job, 2n * cent))).toEqual({ kind: 'granted', n: 2 });
      expect(await money('budget', yesterday.id)).toMatchObject({ held: cent });
      expect(await moneyOfDay()).toMatchObject({ held: 2n * cent });
    });

    test('never outside of every budget', async () => {
      const job = await oneRunning();
      const asked = (budgets: string[], shares: unknown = [{ job, fence: 1, nanos: '1' }]) => [
        JSON.stringify([{ attempt: uuidv7(), job, fence: 1, nanos: '1', budgets, shares }]),
      ];
      const open = (values: unknown[]) =>
        stock.query<{ verdict: string }>('SELECT verdict FROM open_holds($1)', values);
      expect(await open(asked([]))).toEqual([{ verdict: 'window-turned' }]);
      expect(await open(asked(['987654321']))).toEqual([{ verdict: 'window-turned' }]);
      const { id } = (
        await stock.query<{ id: bigint }>('SELECT budget_id AS id FROM open_windows($1, NULL, NULL, NULL)', [tenant])
      )[0]!;
      await expect(open(asked([String(id)], []))).rejects.toThrow('do not make up its hold');
      await expect(open(asked([String(id)], [{ job, fence: 1, nanos: '2' }]))).rejects.toThrow(
        'do not make up its hold',
      );
      await expect(open(asked([String(id)], [{ job, fence: 1, nanos: '-1' }]))).rejects.toThrow();
      expect(await money('job', job)).toMatchObject({ held: 0n });
    });

    test('for many in one statement each by itself, one after the other', async () => {
      const [first = '', second = ''] = await running(2, { cap: 170n * cent });
      const ledger = createLedger(stock.db.ledger);
      await ledger.openHold(aHoldRequest(tenant, first, 0n));
      const [{ n: statements } = { n: 0 }] = await stock.query<{ n: number }>(`SELECT count(*)::int AS n FROM attempt`);
      const asked = [
        [first, 150n],
        [second, 60n],
        [first, 21n],
        [first, 20n],
        [second, 30n],
        [second, 1n],
      ] as const;
      const { id } = await stock.dayOf(tenant);
      const rows = await stock.query('SELECT verdict, n FROM open_holds($1)', [
        JSON.stringify(
          asked.map(([job, cents]) => ({
            attempt: uuidv7(),
            job,
            fence: 1,
            provider: 'openai',
            model: 'mini',
            lane: 'direct',
            price: 'openai/mini@2026-01-01',
            requestHash: 'h',
            maxTokens: 9,
            nanos: String(cents * cent),
            budgets: [String(id)],
            shares: [{ job, fence: 1, nanos: String(cents * cent) }],
          })),
        ),
      ]);
      expect(rows).toEqual([
        { verdict: 'granted', n: 2 },
        { verdict: 'over-budget', n: null },
        { verdict: 'over-cap', n: null },
        { verdict: 'granted', n: 3 },
        { verdict: 'granted', n: 1 },
        { verdict: 'over-budget', n: null },
      ]);
      expect(await moneyOfDay()).toMatchObject({ held: 200n * cent });
      expect(await stock.query('SELECT 1 FROM attempt')).toHaveLength(statements + 3);
    });

    test('for a pack in every job of it or in none', async () => {
      const [lead = '', second = ''] = await running(2);
      const { id } = (
        await stock.query<{ id: bigint }>('SELECT budget_id AS id FROM open_windows($1, NULL, NULL, NULL)', [tenant])
      )[0]!;
      const open = (nanos: bigint, of: bigint, rest: bigint) =>
        stock.query<{ verdict: string; attempt: string }>('SELECT attempt, verdict FROM open_holds($1)', [
          JSON.stringify([
            {
              attempt: uuidv7(),
              job: lead,
              fence: 1,
              provider: 'openai',
              model: 'mini',
              lane: 'packed',
              price: 'openai/mini@2026-01-01',
              requestHash: 'h',
              maxTokens: 9,
              nanos: String(nanos),
              budgets: [String(id)],
              shares: [
                { job: lead, fence: 1, nanos: String(of) },
                { job: second, fence: 1, nanos: String(rest) },
              ],
            },
          ]),
        ]);
      expect(await open(7n * cent, cent, 6n * cent)).toMatchObject([{ verdict: 'over-cap' }]);
      expect(await money('job', lead)).toMatchObject({ held: 0n });
      const [granted] = await open(5n * cent, 2n * cent, 3n * cent);
      expect(granted?.verdict).toBe('granted');
      expect([await money('job', lead), await money('job', second), await moneyOfDay()]).toMatchObject([
        { held: 2n * cent },
        { held: 3n * cent },
        { held: 5n * cent },
      ]);
      await stock.query('SELECT * FROM close_holds($1)', [
        JSON.stringify([
          {
            hold: granted?.attempt,
            kind: 'settled',
            nanos: String(4n * cent),
            shares: [
              { job: lead, nanos: String(cent) },
              { job: second, nanos: String(3n * cent) },
            ],
          },
        ]),
      ]);
      expect([await money('job', lead), await money('job', second), await moneyOfDay()]).toMatchObject([
        { held: 0n, spent: cent, entries: cent },
        { held: 0n, spent: 3n * cent, entries: 3n * cent },
        { held: 0n, spent: 4n * cent, entries: 4n * cent },
      ]);
    });

    test('where the clocks go back over midnight, in a day that has begun and not ended', async () => {
      // A zone whose clocks go from 01:00 back to 00:00 half an hour from now: 00:30 comes twice, and this is the first time.
      const nowSeconds = Math.floor(Date.now() / 1_000) % 86_400;
      const offset = 1_800 - nowSeconds + (nowSeconds > 43_200 ? 86_400 : 0);
      const posix = (seconds: number): string => {
        const [h, m, s] = [3_600, 60, 1].map((unit, i) =>
          Math.floor((Math.abs(seconds) % (i === 0 ? Infinity : unit * 60)) / unit),
        );
        return `${seconds > 0 ? '-' : ''}${h}:${m}:${s}`;
      };
      const local = new Date(Date.now() + offset * 1_000);
      const dayOfYear = Math.floor((local.getTime() - Date.UTC(local.getUTCFullYear(), 0, 1)) / 86_400_000);
      const timeZone = `STD${posix(offset - 3_600)}DST${posix(offset)},0/0,${dayOfYear}/1`;
      const there = await stock.addTenant({ timeZone });
      const [job = ''] = await stock.addJobs(there, 1, { state: 'running', fence: 1, worker_id: uuidv7() });
      expect(await createLedger(stock.db.ledger).openHold(aHoldRequest(there, job, cent))).toMatchObject({
        kind: 'granted',
      });
      expect(await stock.dayOf(there)).toMatchObject({ held: cent });
    });
  });

  test('500 holds of $0.05 at once on a day of $2.00: 40 are granted, five times of five', async () => {
    for (let round = 0; round < 5; round += 1) {
      tenant = await stock.addTenant();
      const jobs = await running(500);
      const ledgers = [1, 2, 3, 4].map(() => createLedger(round % 2 === 0 ? stock.db.ledger : stock.db.rest));
      const verdicts = await Promise.all(
        jobs.map((job, i) => ledgers[i % ledgers.length]!.openHold(aHoldRequest(tenant, job, 5n * cent))),
      );
      expect(verdicts.filter(({ kind }) => kind === 'granted')).toHaveLength(40);
      expect(verdicts.filter(({ kind }) => kind === 'over-budget')).toHaveLength(460);
      expect(await moneyOfDay()).toMatchObject({ held: 200n * cent, cap: 200n * cent });
    }
  });

  describe('lets send', () => {
    const opened = async (job: string, fence = 1): Promise<string> => {
      const request = aHoldRequest(tenant, job, cent, { fence });
      expect(await createLedger(stock.db.ledger).openHold(request)).toMatchObject({ kind: 'granted' });
      return request.attempt;
    };

    test('once: whoever asks again, at once or later, may not', async () => {
      const ledger = createLedger(stock.db.ledger);
      const attempt = await opened(await oneRunning());
      const answers = await Promise.all([1, 2, 3, 4].map(() => ledger.markSent(attempt)));
      expect(answers.filter((sentAt) => sentAt !== null)).toHaveLength(1);
      expect(await ledger.markSent(attempt)).toBeNull();
      expect(await createLedger(stock.db.ledger).markSent(attempt)).toBeNull();
    });

    test.each([
      ['another claim has the job', { fence: 2 }],
      ['the job was asked to stop', { state: 'canceling' }],
    ])('not when %s', async (_, columns) => {
      const job = await oneRunning();
      const attempt = await opened(job);
      const [[column, value] = ['', '']] = Object.entries(columns);
      await stock.query(`UPDATE job SET ${column} = $2 WHERE id = $1`, [job, value]);
      expect(await createLedger(stock.db.ledger).markSent(attempt)).toBeNull();
      expect(await stock.query('SELECT sent_at FROM attempt WHERE id = $1', [attempt])).toEqual([{ sent_at: null }]);
    });

    test('not when the hold is closed', async () => {
      const ledger = createLedger(stock.db.ledger);
      const attempt = await opened(await oneRunning());
      await ledger.closeHold(aClosing(attempt, 'released'));
      expect(await ledger.markSent(attempt)).toBeNull();
    });

    test('or releases as unsent, never both, when the reaper comes at the same moment', async () => {
      const upkeep = createUpkeep(stock.db);
      for (let round = 0; round < 15; round += 1) {
        const jobs = await running(12);
        const attempts = await Promise.all(jobs.map((job) => opened(job)));
        const ledgers = attempts.map(() => createLedger(stock.db.rest));
        const sends = attempts.toReversed().map((attempt, i) => ledgers[i]!.markSent(attempt));
        await stock.query(`UPDATE job SET state = 'canceling' WHERE id = ANY ($1)`, [jobs]);
        await Promise.all([upkeep.reap(60_000), upkeep.reap(60_000)]);
        await Promise.all(sends);
        const both = await stock.query(
          `SELECT 1 FROM attempt a JOIN hold h ON h.id = a.id WHERE a.id = ANY ($1) AND a.sent_at IS NOT NULL AND h.state = 'released'`,
          [attempts],
        );
        expect(both).toEqual([]);
      }
    });

    // The narrow moment, made wide: the sender has its leave and has not committed yet while the reaper reads.
    test('and what is being sent is not released as unsent', async () => {
      await createUpkeep(stock.db).reap(60_000);
      const job = await oneRunning();
      const attempt = await opened(job);
      await stock.query(`UPDATE job SET state = 'canceling' WHERE id = $1`, [job]);
      const reaped = await stock.db.transaction(async (sql) => {
        await sql.query('SELECT 1 FROM hold WHERE id = $1 FOR UPDATE', [attempt]);
        await sql.query('UPDATE attempt SET sent_at = now() WHERE id = $1', [attempt]);
        return createUpkeep({ rest: stock.db.beat, ledger: stock.db.beat }).reap(60_000);
      });
      expect(reaped).toEqual({ released: 0, unknown: 0 });
      expect(await createUpkeep(stock.db).reap(60_000)).toEqual({ released: 0, unknown: 0 });
    });
  });

  describe('closes a hold', () => {
    const opened = async (job: string, nanos: bigint): Promise<string> => {
      const request = aHoldRequest(tenant, job, nanos);
      expect(await createLedger(stock.db.ledger).openHold(request)).toMatchObject({ kind: 'granted' });
      return request.attempt;
    };

    test.each([
      ['settled under it', 'settled', 3n, { spent: 3n * cent, over: 0n, entries: 3n * cent }],
      ['settled to the nano-dollar', 'settled', 4n, { spent: 4n * cent, over: 0n, entries: 4n * cent }],
      ['billed beyond it', 'settled', 12n, { spent: 4n * cent, over: 8n * cent, entries: 12n * cent }],
      ['unknown: charged in full', 'unknown', 0n, { spent: 4n * cent, over: 0n, entries: 4n * cent }],
      ['released: freed', 'released', 0n, { spent: 0n, over: 0n, entries: 0n }],
    ] as const)('%s', async (_, kind, cents, sums) => {
      const job = await oneRunning();
      const attempt = await opened(job, 4n * cent);
      await createLedger(stock.db.ledger).closeHold(aClosing(attempt, kind, cents * cent));
      expect(await money('job', job)).toMatchObject({ held: 0n, ...sums });
      expect(await moneyOfDay()).toMatchObject({ held: 0n, ...sums });
      const entries = await stock.query('SELECT kind, price_id FROM entry WHERE hold_id = $1', [attempt]);
      expect(entries).toEqual([1, 2].map(() => ({ kind, price_id: 'openai/mini@2026-01-01' })));
      const [row] = await stock.query(
        'SELECT h.state, h.actual, a.outcome, a.usage, a.ms FROM hold h JOIN attempt a USING (id) WHERE id = $1',
        [attempt],
      );
      expect(row).toMatchObject({ state: kind, actual: sums.entries, ms: 12, usage: { input: 10 } });
    });

    test('once: of closings at once, in one run, in several and later, one takes effect', async () => {
      const job = await oneRunning();
      const attempt = await opened(job, 4n * cent);
      const ledgers = [1, 2, 3].map(() => createLedger(stock.db.ledger));
      await Promise.all(
        ledgers.flatMap((ledger) => [
          ledger.closeHold(aClosing(attempt, 'settled', 3n * cent)),
          ledger.closeHold(aClosing(attempt, 'settled', 3n * cent)),
        ]),
      );
      await ledgers[0]!.closeHold(aClosing(attempt, 'unknown'));
      expect(await money('job', job)).toMatchObject({ held: 0n, spent: 3n * cent, entries: 3n * cent });
      expect(await moneyOfDay()).toMatchObject({ held: 0n, spent: 3n * cent, entries: 3n * cent });
    });

    test('of a job that is done: a late bill is booked all the same', async () => {
      const job = await oneRunning();
      const attempt = await opened(job, 4n * cent);
      await stock.query(`UPDATE job SET state = 'canceled', worker_id = NULL WHERE id = $1`, [job]);
      await createLedger(stock.db.ledger).closeHold(aClosing(attempt, 'settled', cent));
      expect(await money('job', job)).toMatchObject({ held: 0n, spent: cent });
    });

    test('what was billed beyond holds leaves that much less for the next', async () => {
      const ledger = createLedger(stock.db.ledger);
      const job = await oneRunning({ cap: 900n * cent });
      await ledger.closeHold(aClosing(await opened(job, 4n * cent), 'settled', 120n * cent));
      expect(await moneyOfDay()).toMatchObject({ spent: 4n * cent, over: 116n * cent, cap: 200n * cent });
      expect(await ledger.openHold(aHoldRequest(tenant, job, 80n * cent + 1n))).toMatchObject({ kind: 'over-budget' });
      expect(await ledger.openHold(aHoldRequest(tenant, job, 80n * cent))).toMatchObject({ kind: 'granted' });
    });

    test('a call over midnight stays in the day that held it', async () => {
      const ledger = createLedger(stock.db.ledger);
      const job = await oneRunning();
      const attempt = await opened(job, cent);
      const before = await stock.dayOf(tenant);
      await stock.query(
        `UPDATE budget SET opens_at = opens_at - interval '1 day', closes_at = closes_at - interval '1 day' WHERE id = $1`,
        [before.id],
      );
      await ledger.closeHold(aClosing(attempt, 'settled', cent));
      expect(await money('budget', before.id)).toMatchObject({ held: 0n, spent: cent });
    });

    test('a bill below nothing is refused', async () => {
      const attempt = await opened(await oneRunning(), cent);
      await expect(createLedger(stock.db.ledger).closeHold(aClosing(attempt, 'settled', -1n))).rejects.toThrow(
        'violates check constraint',
      );
      expect(await moneyOfDay()).toMatchObject({ held: cent, spent: 0n });
    });

    test('beside a bad one: only the bad one fails', async () => {
      const ledger = createLedger(stock.db.ledger);
      const [good = '', bad = ''] = await running(2);
      const [a, b] = [await opened(good, cent), await opened(bad, cent)];
      const results = await Promise.allSettled([
        ledger.closeHold(aClosing(a, 'settled', 1n)),
        ledger.closeHold(aClosing(b, 'settled', -1n)),
      ]);
      expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
      expect(await moneyOfDay()).toMatchObject({ held: cent, spent: 1n });
    });
  });

  test.each([
    ['UPDATE entry SET nanos = 0'],
    ['DELETE FROM entry'],
    ['TRUNCATE entry'],
    ['UPDATE receipt SET body = body'],
    ['DELETE FROM receipt'],
    ['TRUNCATE receipt'],
  ])('%s is refused by the database', async (statement) => {
    await expect(stock.query(statement)).rejects.toMatchObject({ code: '23001' });
  });

  test.each([
    ['UPDATE job SET held = cap + 1 WHERE id = $1'],
    ['UPDATE job SET spent = -1 WHERE id = $1'],
    ['UPDATE job SET spent = cap, held = 1 WHERE id = $1'],
    [`UPDATE job SET state = 'finished' WHERE id = $1`],
  ])('%s is refused by the database', async (statement) => {
    await expect(stock.query(statement, [await oneRunning()])).rejects.toMatchObject({ code: '23514' });
  });
});
