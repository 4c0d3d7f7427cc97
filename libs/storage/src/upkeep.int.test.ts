import { uuidv7 } from '@winnow/kernel';
import { aHoldRequest, stockDatabase, type StockedDatabase } from '@winnow/testing/stocked-database';
import { createLedger } from './ledger';
import type { TenantId } from './tenant-id';
import { createUpkeep, type Upkeep } from './upkeep';

const ago = (ms: number): Date => new Date(Date.now() - ms);
const soon = (ms: number): Date => new Date(Date.now() + ms);

describe('upkeep', () => {
  let stock: StockedDatabase;
  let upkeep: Upkeep;
  let tenant: TenantId;
  beforeAll(async () => {
    stock = await stockDatabase();
    upkeep = createUpkeep(stock.db);
  });
  beforeEach(async () => {
    // Each test begins with no open row of the others.
    await stock.query(
      `UPDATE job SET state = 'failed', worker_id = NULL WHERE state IN ('queued', 'parked', 'running', 'canceling')`,
    );
    await stock.query('DELETE FROM outbox');
    await upkeep.reap(0);
    tenant = await stock.addTenant();
  });
  afterAll(() => stock.close());

  const aJob = async (columns = {}): Promise<string> => (await stock.addJobs(tenant, 1, columns))[0] ?? '';
  const hintsOf = (job: string) =>
    stock.query('SELECT queue, priority, hint FROM outbox WHERE ref = $1 ORDER BY id', [job]);
  const aWorker = async (beatAgeMs = 0): Promise<string> => {
    const id = uuidv7();
    await stock.query(
      `INSERT INTO worker (id, app, host, pid, slots, beat_at) VALUES ($1, 'executor', 'host', 1, 10, now() - make_interval(secs => $2))`,
      [id, beatAgeMs / 1_000],
    );
    return id;
  };
  const shifted = async (job: string, columns: string): Promise<void> => {
    await stock.query(`UPDATE job SET ${columns} WHERE id = $1`, [job]);
  };

  describe('workers whose beat has stopped', () => {
    test('are marked once, those that beat are not', async () => {
      const [silent, alive] = [await aWorker(16_000), await aWorker(14_000)];
      expect(await upkeep.markGone(15_000)).toEqual([silent]);
      expect(await upkeep.markGone(15_000)).toEqual([]);
      const rows = await stock.query('SELECT id FROM worker WHERE id = ANY ($1) AND gone_at IS NULL', [
        [silent, alive],
      ]);
      expect(rows).toEqual([{ id: alive }]);
    });

    test('have their rows given back: higher fence, one death more, at once on the way again', async () => {
      const [gone, alive] = [await aWorker(), await aWorker()];
      const held = {
        state: 'running',
        path: 'fulfil',
        fence: 3,
        hint: 2,
        deaths: 1,
        events: 5,
        run_until: soon(60_000),
      } as const;
      const [mine, other] = [await aJob({ ...held, worker_id: gone }), await aJob({ ...held, worker_id: alive })];
      const atIntake = await aJob({ worker_id: gone, fence: 1 });
      const stopping = await aJob({ ...held, state: 'canceling', worker_id: gone });
      expect(await upkeep.giveBack([gone])).toBe(3);
      expect(await stock.jobOf(mine)).toMatchObject({
        state: 'queued',
        fence: 4,
        deaths: 2,
        worker_id: null,
        hint: 3,
        run_until: null,
        events: 6,
      });
      expect(await hintsOf(mine)).toEqual([{ queue: 'executions', priority: 9, hint: 3 }]);
      expect(await stock.query('SELECT n, kind FROM event WHERE job_id = $1', [mine])).toEqual([
        { n: 6, kind: 'state' },
      ]);
      expect(await stock.jobOf(atIntake)).toMatchObject({ state: 'queued', fence: 2, deaths: 1, events: 0 });
      expect(await hintsOf(atIntake)).toEqual([{ queue: 'analyses', priority: 9, hint: 2 }]);
      expect(await stock.jobOf(stopping)).toMatchObject({ state: 'canceling', fence: 4, worker_id: null });
      expect(await hintsOf(stopping)).toEqual([]);
      expect(await stock.jobOf(other)).toMatchObject({ state: 'running', fence: 3, worker_id: alive });
    });

    test('also when another keeper marked them and died, and when a row overran its time', async () => {
      const gone = await aWorker();
      await stock.query('UPDATE worker SET gone_at = now() WHERE id = $1', [gone]);
      const left = await aJob({ state: 'running', path: 'fulfil', worker_id: gone, run_until: soon(60_000) });
      const late = await aJob({ state: 'running', path: 'fulfil', worker_id: await aWorker(), run_until: ago(1) });
      expect(await upkeep.giveBack([])).toBe(2);
      expect([await stock.jobOf(left), await stock.jobOf(late)]).toMatchObject([
        { state: 'queued', deaths: 1 },
        { state: 'queued', deaths: 1 },
      ]);
    });

    test('two keepers give each row back once', async () => {
      const gone = await aWorker();
      const jobs = await stock.addJobs(tenant, 200, { state: 'running', path: 'fulfil', fence: 1, worker_id: gone });
      const given = await Promise.all([1, 2, 3].map(() => upkeep.giveBack([gone])));
      expect(given.reduce((sum, rows) => sum + rows, 0)).toBe(200);
      expect(await stock.query('SELECT DISTINCT fence, deaths FROM job WHERE id = ANY ($1)', [jobs])).toEqual([
        { fence: 2, deaths: 1 },
      ]);
      expect(await stock.query('SELECT 1 FROM outbox WHERE tenant_id = $1', [tenant])).toHaveLength(200);
    });

    test('leave their slots', async () => {
      const before = await upkeep.liveSlots('executor');
      await aWorker(20_000);
      expect(await upkeep.liveSlots('executor')).toBe(before + 10);
      await upkeep.markGone(15_000);
      expect(await upkeep.liveSlots('executor')).toBe(before);
      expect(await upkeep.liveSlots('nobody')).toBe(0);
    });
  });

  describe('hints that may be lost', () => {
    test('are those of queued rows that nobody has touched for a while', async () => {
      const overdue = await aJob({ look_at: ago(1_000), hint: 2 });
      await aJob({ look_at: soon(1_000) });
      await aJob({ look_at: ago(1_000), worker_id: uuidv7() });
      await aJob({ look_at: ago(1_000), state: 'parked' });
      expect(await upkeep.overdue()).toEqual([{ id: overdue, tenant_id: tenant, path: 'intake', hint: 2 }]);
    });

    test('not those whose hint still waits in the outbox: they are looked at later', async () => {
      const waiting = await aJob({ look_at: ago(1_000) });
      await stock.query(`INSERT INTO outbox (queue, tenant_id, ref, hint) VALUES ('analyses', $1, $2, 1)`, [
        tenant,
        waiting,
      ]);
      expect(await upkeep.overdue()).toEqual([]);
      const [row] = await stock.query('SELECT look_at > now() AS later FROM job WHERE id = $1', [waiting]);
      expect(row).toEqual({ later: true });
    });

    test('alive ones are looked at later, lost ones get the next hint, once', async () => {
      const [alive, lost] = [
        await aJob({ look_at: ago(9) }),
        await aJob({ look_at: ago(9), path: 'fulfil', hint: 3, priority: 2 }),
      ];
      const overdue = await upkeep.overdue();
      const seen = overdue.filter(({ id }) => id === lost);
      await upkeep.lookLater([alive]);
      await Promise.all([upkeep.hintAgain(seen), upkeep.hintAgain(seen)]);
      await upkeep.hintAgain([]);
      await upkeep.lookLater([]);
      expect(await upkeep.overdue()).toEqual([]);
      expect(await hintsOf(alive)).toEqual([]);
      expect(await hintsOf(lost)).toEqual([{ queue: 'executions', priority: 2, hint: 4 }]);
    });

    test('a row that was claimed meanwhile is left alone', async () => {
      const job = await aJob({ look_at: ago(9) });
      const overdue = await upkeep.overdue();
      await shifted(job, 'worker_id = gen_random_uuid()');
      await upkeep.hintAgain(overdue);
      expect(await hintsOf(job)).toEqual([]);
    });

    test('all of them, when Redis has lost everything: however many, but not what the outbox still has', async () => {
      const jobs = await stock.addJobs(tenant, 2_300);
      await stock.addJobs(await stock.addTenant(), 1_200, { path: 'fulfil' });
      const [waiting = ''] = jobs;
      await stock.query(`INSERT INTO outbox (queue, tenant_id, ref, hint) VALUES ('analyses', $1, $2, 1)`, [
        tenant,
        waiting,
      ]);
      await aJob({ state: 'running', worker_id: uuidv7() });
      await aJob({ state: 'parked' });
      expect(await upkeep.hintAllAgain()).toBe(3_499);
      expect(await upkeep.hintAllAgain()).toBe(0);
      const counts = await stock.query(
        'SELECT queue, count(*)::int AS n, max(hint) AS hint FROM outbox GROUP BY 1 ORDER BY 1',
      );
      expect(counts).toEqual([
        { queue: 'analyses', n: 2_300, hint: 2 },
        { queue: 'executions', n: 1_200, hint: 2 },
      ]);
    });
  });

  describe('holds that nobody will close', () => {
    const opened = async (job: string, sentAgoMs?: number): Promise<string> => {
      const request = aHoldRequest(tenant, job, 100n);
      expect(await createLedger(stock.db.ledger).openHold(request)).toMatchObject({ kind: 'granted' });
      if (sentAgoMs !== undefined)
        await stock.query('UPDATE attempt SET sent_at = $2 WHERE id = $1', [request.attempt, ago(sentAgoMs)]);
      return request.attempt;
    };
    const running = () => aJob({ state: 'running', path: 'fulfil', fence: 1, worker_id: uuidv7() });

    test.each([
      ['unsent, another claim has the job', undefined, 'fence = 2', 'released'],
      ['unsent, the job was asked to stop', undefined, `state = 'canceling'`, 'released'],
      ['unsent, nobody has the job', undefined, 'worker_id = NULL', 'released'],
      ['unsent, its worker is alive', undefined, 'runs = runs', 'held'],
      ['sent and silent for too long', 61_000, 'runs = runs', 'unknown'],
      ['sent and silent, the claim moved on', 61_000, 'fence = 2', 'unknown'],
      ['sent a moment ago', 59_000, 'runs = runs', 'held'],
      ['sent a moment ago, the claim moved on: an answer may still come', 59_000, 'fence = 2', 'held'],
    ])('%s', async (_, sentAgoMs, columns, state) => {
      const job = await running();
      const attempt = await opened(job, sentAgoMs);
      await shifted(job, columns);
      expect(await upkeep.reap(60_000)).toEqual({ released: +(state === 'released'), unknown: +(state === 'unknown') });
      const outcome = { released: 'unsent', unknown: 'silent', held: null }[state];
      const rows = await stock.query('SELECT state, outcome FROM hold JOIN attempt USING (id) WHERE id = $1', [
        attempt,
      ]);
      expect(rows).toEqual([{ state, outcome }]);
      expect(await stock.jobOf(job)).toMatchObject({
        held: state === 'held' ? 100n : 0n,
        spent: state === 'unknown' ? 100n : 0n,
      });
      expect(await upkeep.reap(60_000)).toEqual({ released: 0, unknown: 0 });
    });

    test('two keepers close each once', async () => {
      const jobs = await Promise.all(Array.from({ length: 20 }, running));
      for (const job of jobs) await opened(job, 61_000);
      const closed = await Promise.all([1, 2, 3].map(() => upkeep.reap(60_000)));
      expect(closed.reduce((sum, { unknown }) => sum + unknown, 0)).toBe(20);
      expect(await stock.dayOf(tenant)).toMatchObject({ held: 0n, spent: 2_000n });
    });
  });

  describe('parked jobs', () => {
    const parked = { state: 'parked', parked_scope: 'tenant-day:', wants: 100n, parked_until: soon(1_000) } as const;

    test('go on when their window has room, and their streams are told', async () => {
      const due = await aJob({ ...parked, events: 2 });
      await aJob({ ...parked, wants: 3_000_000_000n });
      await aJob({ ...parked, deadline_at: ago(1) });
      expect(await upkeep.unpark()).toBe(1);
      expect(await stock.jobOf(due)).toMatchObject({
        state: 'queued',
        path: 'intake',
        parked_until: null,
        hint: 2,
        events: 3,
      });
      expect(await hintsOf(due)).toEqual([{ queue: 'analyses', priority: 0, hint: 2 }]);
      expect(await stock.query('SELECT n, kind FROM event WHERE job_id = $1', [due])).toEqual([
        { n: 3, kind: 'state' },
      ]);
      expect(await upkeep.unpark()).toBe(0);
    });

    test('each once, whoever looks', async () => {
      await stock.addJobs(tenant, 100, parked);
      const unparked = await Promise.all([1, 2, 3].map(upkeep.unpark));
      expect(unparked.reduce((sum, rows) => sum + rows, 0)).toBe(100);
    });
  });

  describe('loose ends', () => {
    const idsOf = async (): Promise<string[]> => (await upkeep.looseEnds()).map(({ id }) => id);

    test('are jobs past their deadline before any call, and stopping ones that nobody has', async () => {
      const late = { deadline_at: ago(1) };
      const [queued, parked] = [await aJob(late), await aJob({ ...late, state: 'parked' })];
      const stopping = await aJob({ state: 'canceling', fence: 7 });
      await aJob();
      await aJob({ ...late, worker_id: uuidv7() });
      await aJob({ state: 'canceling', worker_id: uuidv7() });
      await aJob({ state: 'canceling', held: 5n });
      await aJob({ ...late, held: 5n });
      expect(await idsOf()).toEqual([queued, parked, stopping].toSorted());
      expect((await upkeep.looseEnds()).find(({ id }) => id === stopping)).toMatchObject({
        state: 'canceling',
        fence: 7,
        baseline_model: 'gpt-4o',
      });
    });

    test('not a job that was paid for: that one goes on, parked or not', async () => {
      const job = await aJob({ state: 'running', path: 'fulfil', fence: 1, worker_id: uuidv7() });
      const request = aHoldRequest(tenant, job, 100n);
      const ledger = createLedger(stock.db.ledger);
      await ledger.openHold(request);
      await ledger.markSent(request.attempt);
      await upkeep.reap(0);
      await stock.query(
        `UPDATE job SET state = 'parked', worker_id = NULL, deadline_at = now() - interval '1 s', parked_scope = 'tenant-day:', wants = 1 WHERE id = $1`,
        [job],
      );
      expect(await idsOf()).toEqual([]);
      expect(await upkeep.unpark()).toBe(1);
      expect(await idsOf()).toEqual([]);
    });
  });
});
