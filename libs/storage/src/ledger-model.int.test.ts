import { uuidv7 } from '@winnow/kernel';
import { aHoldRequest, stockDatabase, type StockedDatabase } from '@winnow/testing/stocked-database';
import fc from 'fast-check';
import { askToStop } from './cancels';
import { createClaims } from './claims';
import { createLedger } from './ledger';
import { createUpkeep } from './upkeep';
import type { TenantId } from './tenant-id';

// The rules of reliability in a few lines: what the SQL has to agree with, answer by answer and sum by sum.
interface Scope {
  cap: bigint;
  spent: bigint;
  held: bigint;
  over: bigint;
}

interface ModelJob extends Scope {
  readonly tenant: number;
  state: 'queued' | 'running' | 'canceling';
  fence: number;
  claimed: boolean;
  attempts: number;
}

interface ModelAttempt {
  readonly job: number;
  readonly fence: number;
  readonly nanos: bigint;
  readonly day: Scope;
  sent: boolean;
  state: 'held' | 'settled' | 'released' | 'unknown';
}

const dayCap = 80n;
const jobCap = 70n;
const scope = (cap: bigint): Scope => ({ cap, spent: 0n, held: 0n, over: 0n });
const roomOf = ({ cap, spent, held, over }: Scope): bigint => cap - spent - held - over;

const createModel = (tenants: number, jobsEach: number) => {
  const days: Map<number, Scope>[] = Array.from({ length: tenants }, () => new Map());
  const turns: number[] = Array.from({ length: tenants }, () => 0);
  const jobs = Array.from({ length: tenants * jobsEach }, (_, i): ModelJob => {
    return { ...scope(jobCap), tenant: i % tenants, state: 'queued', fence: 0, claimed: false, attempts: 0 };
  });
  const attempts: ModelAttempt[] = [];
  const today = (tenant: number): Scope => {
    const turn = turns[tenant]!;
    const day = days[tenant]!.get(turn) ?? scope(dayCap);
    days[tenant]!.set(turn, day);
    return day;
  };
  const isLive = ({ job, fence }: ModelAttempt): boolean =>
    jobs[job]!.fence === fence && jobs[job]!.state === 'running';
  const close = (attempt: ModelAttempt, kind: 'settled' | 'released' | 'unknown', bill: bigint): void => {
    if (attempt.state !== 'held') return;
    attempt.state = kind;
    const actual = { settled: bill, released: 0n, unknown: attempt.nanos }[kind];
    const booked = actual < attempt.nanos ? actual : attempt.nanos;
    for (const part of [jobs[attempt.job]!, attempt.day]) {
      part.held -= attempt.nanos;
      part.spent += booked;
      part.over += actual - booked;
    }
  };
  return {
    days,
    turns,
    jobs,
    attempts,
    today,
    close,
    open: (job: number, fence: number, nanos: bigint): string => {
      const of = jobs[job]!;
      if (of.fence !== fence || of.state !== 'running') return 'lost';
      if (nanos > roomOf(of)) return 'over-cap';
      const day = today(of.tenant);
      if (nanos > roomOf(day)) return 'over-budget';
      of.attempts += 1;
      of.held += nanos;
      day.held += nanos;
      attempts.push({ job, fence, nanos, day, sent: false, state: 'held' });
      return `granted ${of.attempts}`;
    },
    send: (attempt: ModelAttempt): boolean => {
      if (attempt.state !== 'held' || attempt.sent || !isLive(attempt)) return false;
      attempt.sent = true;
      return true;
    },
    claim: (job: ModelJob): boolean => {
      if (job.state !== 'queued' || job.claimed) return false;
      Object.assign(job, { state: 'running', claimed: true, fence: job.fence + 1 });
      return true;
    },
    giveBack: (job: ModelJob): void => {
      if (!job.claimed) return;
      Object.assign(job, {
        state: job.state === 'canceling' ? 'canceling' : 'queued',
        claimed: false,
        fence: job.fence + 1,
      });
    },
    stop: (job: ModelJob): boolean => {
      if (job.state !== 'running') return false;
      job.state = 'canceling';
      return true;
    },
    reap: (silent: boolean): { released: number; unknown: number } => {
      const open = attempts.filter(({ state }) => state === 'held');
      const released = open.filter((one) => !one.sent && !(isLive(one) && jobs[one.job]!.claimed));
      const unknown = silent ? open.filter(({ sent }) => sent) : [];
      for (const one of released) close(one, 'released', 0n);
      for (const one of unknown) close(one, 'unknown', 0n);
      return { released: released.length, unknown: unknown.length };
    },
  };
};
type Model = ReturnType<typeof createModel>;

const nth = fc.nat(1_000);
const nanos = fc.integer({ min: 0, max: 45 }).map(BigInt);
const command = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constant('open' as const), nth, nanos, stale: fc.nat(7).map((n) => n === 0) }),
  },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('send' as const), nth }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('close' as const),
      nth,
      kind: fc.constantFrom('settled' as const, 'settled' as const, 'released' as const, 'unknown' as const),
      bill: fc.integer({ min: 0, max: 90 }).map(BigInt),
      twice: fc.boolean(),
    }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('claim' as const), nth }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('give back' as const), nth }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('stop' as const), nth }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('cap' as const), nth, cap: fc.integer({ min: 0, max: 200 }).map(BigInt) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('midnight' as const), nth }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('reap' as const), silent: fc.boolean() }) },
);
type Command = typeof command extends fc.Arbitrary<infer One> ? One : never;

const tenants = 2;
const jobsEach = 2;
const never = 1_000_000_000;

describe('the ledger in SQL and a model of it', () => {
  let stock: StockedDatabase;
  beforeAll(async () => {
    stock = await stockDatabase();
  });
  afterAll(() => stock.close());

  const createSubject = async (model: Model) => {
    const ids: TenantId[] = [];
    for (let i = 0; i < tenants; i += 1) ids.push(await stock.addTenant({ dayCap }));
    const jobs: string[] = [];
    for (const { tenant } of model.jobs)
      jobs.push(...(await stock.addJobs(ids[tenant]!, 1, { path: 'fulfil', cap: jobCap })));
    const workers = jobs.map(() => uuidv7());
    const ledger = createLedger(stock.db.ledger);
    const upkeep = createUpkeep(stock.db);
    const sent: string[] = [];
    return { ids, jobs, workers, ledger, upkeep, attempts: sent };
  };
  type Subject = Awaited<ReturnType<typeof createSubject>>;

  const pick = <Item>(items: readonly Item[], n: number): number | undefined =>
    items.length === 0 ? undefined : n % items.length;

  /** Does one command to both and gives the two answers. */
  const perform = async (model: Model, subject: Subject, one: Command): Promise<[unknown, unknown]> => {
    const { ids, jobs, workers, ledger, upkeep, attempts } = subject;
    const at = 'nth' in one ? one.nth : 0;
    const j = at % jobs.length;
    const of = model.jobs[j]!;
    switch (one.do) {
      case 'open': {
        const fence = one.stale ? of.fence - 1 : of.fence;
        const request = aHoldRequest(ids[of.tenant]!, jobs[j]!, one.nanos, { fence });
        const verdict = await ledger.openHold(request);
        if (verdict.kind === 'granted') attempts.push(request.attempt);
        return [model.open(j, fence, one.nanos), verdict.kind === 'granted' ? `granted ${verdict.n}` : verdict.kind];
      }
      case 'send': {
        const a = pick(attempts, at);
        if (a === undefined) return [null, null];
        return [model.send(model.attempts[a]!), (await ledger.markSent(attempts[a]!)) !== null];
      }
      case 'close': {
        const a = pick(attempts, at);
        if (a === undefined) return [null, null];
        const { kind, bill, twice } = one;
        const closing = {
          attempt: attempts[a]!,
          kind,
          nanos: bill,
          outcome: 'x',
          providerId: null,
          modelResolved: null,
        };
        const rest = { tokens: null, estimated: false, answer: null, ms: null };
        await Promise.all((twice ? [1, 2] : [1]).map(() => ledger.closeHold({ ...closing, ...rest })));
        return [model.close(model.attempts[a]!, kind, bill), undefined];
      }
      case 'claim': {
        const claims = createClaims(stock.db.rest, 'fulfil', () => workers[j]!, 60_000);
        const got = await claims.take(jobs[j]!);
        const expected = model.claim(of) ? of.fence : null;
        return [expected, got?.fence ?? null];
      }
      case 'give back':
        await stock.query('SELECT * FROM give_back(ARRAY[$1]::uuid[], 0)', [workers[j]]);
        return [model.giveBack(of), undefined];
      case 'stop':
        return [model.stop(of), (await askToStop(stock.db.rest, ids[of.tenant]!, jobs[j]!)) !== null];
      case 'cap': {
        // A cap is never lowered under what is spent and held: the window closes where it stands.
        const day = model.days[of.tenant]!.get(model.turns[of.tenant]!);
        if (day !== undefined) day.cap = one.cap > day.spent + day.held ? one.cap : day.spent + day.held;
        await stock.query(
          `UPDATE budget SET cap = greatest($2, spent + held) WHERE tenant_id = $1 AND closes_at > now()`,
          [ids[of.tenant], day === undefined ? dayCap : one.cap],
        );
        return [null, null];
      }
      case 'midnight':
        model.turns[of.tenant]! += 1;
        await stock.query(
          `UPDATE budget SET opens_at = opens_at - interval '1 day', closes_at = closes_at - interval '1 day' WHERE tenant_id = $1`,
          [ids[of.tenant]],
        );
        return [null, null];
      case 'reap':
        return [model.reap(one.silent), await upkeep.reap(one.silent ? 0 : never)];
    }
  };

  const seen = async ({ ids, jobs }: Subject, turns: readonly number[]) => {
    const rows = await stock.query<{ tenant_id: TenantId; age: number } & Scope>(
      `SELECT tenant_id, (extract(epoch FROM date_trunc('day', now()) - opens_at) / 86400)::int AS age, cap, spent, held, over,
              spent + over = (SELECT coalesce(sum(nanos), 0) FROM entry WHERE budget_id = b.id) AS booked,
              held = (SELECT coalesce(sum(p.nanos), 0) FROM part p JOIN hold h ON h.id = p.hold_id WHERE p.budget_id = b.id AND h.state = 'held') AS open
         FROM budget b WHERE tenant_id = ANY ($1)`,
      [ids],
    );
    const all = await stock.query<{ id: string }>(
      `SELECT id, state, fence, worker_id IS NOT NULL AS claimed, attempts, cap, spent, held, over,
              spent + over = (SELECT coalesce(sum(nanos), 0) FROM entry WHERE job_id = j.id) AS booked,
              held = (SELECT coalesce(sum(p.nanos), 0) FROM part p JOIN hold h ON h.id = p.hold_id WHERE p.job_id = j.id AND h.state = 'held') AS open
         FROM job j WHERE id = ANY ($1)`,
      [jobs],
    );
    const days = rows
      .map(({ tenant_id, age, ...money }) => ({
        tenant: ids.indexOf(tenant_id),
        turn: turns[ids.indexOf(tenant_id)]! - age,
        ...money,
      }))
      .filter(({ spent, held, over }) => spent + held + over > 0n)
      .toSorted((a, b) => a.tenant - b.tenant || a.turn - b.turn);
    return { days, jobs: jobs.map((id) => ({ ...all.find((row) => row.id === id), id: undefined })) };
  };
  const expected = ({ days, jobs }: Model) => ({
    days: days.flatMap((turns, tenant) =>
      [...turns]
        .map(([turn, money]) => ({ tenant, turn, ...money, booked: true, open: true }))
        .filter(({ spent, held, over }) => spent + held + over > 0n)
        .toSorted((a, b) => a.turn - b.turn),
    ),
    jobs: jobs.map(({ tenant: _, ...job }) => ({ ...job, booked: true, open: true, id: undefined })),
  });

  test('agree on every answer and on every sum, after every step of any list of commands', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(command, { minLength: 10, maxLength: 45 }), async (commands) => {
        const model = createModel(tenants, jobsEach);
        const subject = await createSubject(model);
        const claims = model.jobs.map((_, nth): Command => ({ do: 'claim', nth }));
        for (const one of [...claims, ...commands]) {
          const [wanted, got] = await perform(model, subject, one);
          expect(got).toEqual(wanted);
          expect(await seen(subject, model.turns)).toEqual(expected(model));
        }
        // nothing may be left for the next list's reaper
        await stock.query('SELECT * FROM give_back($1::uuid[], 0)', [subject.workers]);
        await subject.upkeep.reap(0);
      }),
      { numRuns: 60 },
    );
  }, 60_000);
});
