import { uuidv7 } from '@winnow/kernel';
import { aHoldRequest, rung, stockDatabase, type StockedDatabase } from '@winnow/testing/stocked-database';
import fc from 'fast-check';
import { askToStop } from './cancels';
import { createBudgets } from './budgets';
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
  /** a cap that was set below what is spent and held */
  target: bigint | null;
}

const kinds = ['tenant-day', 'tenant-month', 'end-user'] as const;
type Kind = (typeof kinds)[number];

/** What a scope gave to a hold, and what of it stands booked, where. */
interface ModelPart {
  readonly scope: Scope;
  spent: bigint;
  over: bigint;
}

interface ModelJob extends Scope {
  readonly tenant: number;
  readonly hasUser: boolean;
  state: 'queued' | 'running' | 'canceling';
  fence: number;
  claimed: boolean;
  attempts: number;
}

interface ModelAttempt {
  readonly job: number;
  readonly fence: number;
  readonly nanos: bigint;
  readonly parts: readonly ModelPart[];
  corrected: boolean;
  actual: bigint;
  sent: boolean;
  state: 'held' | 'settled' | 'released' | 'unknown';
}

const firstCaps: Readonly<Record<Kind, bigint>> = { 'tenant-day': 100n, 'tenant-month': 150n, 'end-user': 70n };
const jobCap = 60n;
const scope = (cap: bigint): Scope => ({ cap, spent: 0n, held: 0n, over: 0n, target: null });
const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);
const atLeast0 = (a: bigint): bigint => (a > 0n ? a : 0n);
const roomOf = ({ cap, target, spent, held, over }: Scope): bigint => least(cap, target ?? cap) - spent - held - over;

/** Windows of one scope of one tenant: how often it has turned, and the cap of those to come. */
interface Account {
  cap: bigint;
  turn: number;
  readonly windows: Map<number, Scope>;
}

const createModel = (tenants: number, jobsEach: number) => {
  const accounts = Array.from({ length: tenants }, () =>
    Object.fromEntries(
      kinds.map((kind): [Kind, Account] => [kind, { cap: firstCaps[kind], turn: 0, windows: new Map() }]),
    ),
  ) as Record<Kind, Account>[];
  const jobs = Array.from({ length: tenants * jobsEach }, (_, i): ModelJob => {
    const hasUser = i < tenants;
    return { ...scope(jobCap), tenant: i % tenants, hasUser, state: 'queued', fence: 0, claimed: false, attempts: 0 };
  });
  const attempts: ModelAttempt[] = [];
  const windowsOf = ({ tenant, hasUser }: ModelJob): Scope[] =>
    kinds
      .filter((kind) => hasUser || kind !== 'end-user')
      .map((kind) => {
        const account = accounts[tenant]![kind];
        const window = account.windows.get(account.turn) ?? scope(account.cap);
        account.windows.set(account.turn, window);
        return window;
      });
  const isLive = ({ job, fence }: ModelAttempt): boolean =>
    jobs[job]!.fence === fence && jobs[job]!.state === 'running';
  const correct = (attempt: ModelAttempt, bill: bigint): void => {
    if (attempt.state === 'held' || attempt.actual === bill) return;
    for (const part of attempt.parts) {
      const was = { spent: part.spent, over: part.over };
      const rise = bill - attempt.actual;
      if (rise < 0n) {
        part.over = atLeast0(part.over + rise);
        part.spent = bill - part.over;
      } else {
        const room = part.scope.cap - part.scope.spent - part.scope.held;
        part.spent += least(rise, least(atLeast0(attempt.nanos - part.spent), atLeast0(room)));
        part.over = bill - part.spent;
      }
      part.scope.spent += part.spent - was.spent;
      part.scope.over += part.over - was.over;
    }
    attempt.actual = bill;
    attempt.corrected = true;
  };
  const close = (attempt: ModelAttempt, kind: 'settled' | 'released' | 'unknown', bill: bigint): void => {
    if (attempt.state === 'unknown' && kind === 'settled' && !attempt.corrected) return correct(attempt, bill);
    if (attempt.state !== 'held') return;
    attempt.state = kind;
    attempt.actual = { settled: bill, released: 0n, unknown: attempt.nanos }[kind];
    for (const part of attempt.parts) {
      part.spent = least(attempt.actual, attempt.nanos);
      part.over = attempt.actual - part.spent;
      part.scope.held -= attempt.nanos;
      part.scope.spent += part.spent;
      part.scope.over += part.over;
    }
  };
  return {
    accounts,
    jobs,
    attempts,
    close,
    correct,
    open: (job: number, fence: number, nanos: bigint): string => {
      const of = jobs[job]!;
      if (of.fence !== fence || of.state !== 'running') return 'lost';
      if (nanos > roomOf(of)) return 'over-cap';
      const windows = windowsOf(of);
      if (windows.some((window) => nanos > roomOf(window))) return 'over-budget';
      of.attempts += 1;
      const parts = [of, ...windows].map((one): ModelPart => ({ scope: one, spent: 0n, over: 0n }));
      for (const part of parts) part.scope.held += nanos;
      const fresh = { sent: false, state: 'held', actual: 0n, corrected: false } as const;
      attempts.push({ job, fence, nanos, parts, ...fresh });
      return `granted ${of.attempts}`;
    },
    setCap: (tenant: number, kind: Kind, cap: bigint): void => {
      const account = accounts[tenant]![kind];
      account.cap = cap;
      const window = account.windows.get(account.turn);
      if (window === undefined) return;
      const stands = window.spent + window.held;
      Object.assign(window, cap < stands ? { cap: stands, target: cap } : { cap, target: null });
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
    arbitrary: fc.record({
      do: fc.constant('cap' as const),
      nth,
      kind: fc.constantFrom(...kinds),
      cap: fc.integer({ min: 0, max: 200 }).map(BigInt),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('correct' as const),
      nth,
      bill: fc.integer({ min: 0, max: 90 }).map(BigInt),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('price' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('midnight' as const), nth }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('month' as const), nth }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('reap' as const), silent: fc.boolean() }) },
);
type Command = typeof command extends fc.Arbitrary<infer One> ? One : never;

const user = 'kim';
const scopeOf = (kind: Kind) => ({ kind, name: kind === 'end-user' ? user : '' });
interface Placed extends Scope {
  readonly tenant: number;
  readonly kind: Kind;
  readonly turn: number;
}
const isUsed = ({ spent, held, over }: Scope): boolean => spent + held + over > 0n;
const byPlace = (a: Placed, b: Placed): number =>
  a.tenant - b.tenant || kinds.indexOf(a.kind) - kinds.indexOf(b.kind) || a.turn - b.turn;

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
    for (let i = 0; i < tenants; i += 1) ids.push(await stock.addTenant({ dayCap: firstCaps['tenant-day'] }));
    const jobs: string[] = [];
    for (const { tenant, hasUser } of model.jobs)
      jobs.push(
        ...(await stock.addJobs(ids[tenant]!, 1, { path: 'fulfil', cap: jobCap, end_user: hasUser ? user : null })),
      );
    const budgets = createBudgets(stock.db.rest);
    for (const id of ids)
      for (const kind of kinds)
        if (kind !== 'tenant-day') await budgets.setCap(id, scopeOf(kind), firstCaps[kind], 'now');
    const workers = jobs.map(() => uuidv7());
    const ledger = createLedger(stock.db.ledger);
    const upkeep = createUpkeep(stock.db);
    const sent: string[] = [];
    return { ids, jobs, workers, ledger, upkeep, budgets, attempts: sent, price: { id: rung.price.id } };
  };
  type Subject = Awaited<ReturnType<typeof createSubject>>;

  const pick = <Item>(items: readonly Item[], n: number): number | undefined =>
    items.length === 0 ? undefined : n % items.length;

  // Oldest first, each by itself: the window that was open lands on no other's day.
  const turn = (tenant: TenantId, which: string, by: string) =>
    stock.query(
      `UPDATE budget SET opens_at = opens_at - interval '${by}', closes_at = closes_at - interval '${by}' WHERE tenant_id = $1 AND ${which}`,
      [tenant],
    );

  /** Does one command to both and gives the two answers. */
  const perform = async (model: Model, subject: Subject, one: Command): Promise<[unknown, unknown]> => {
    const { ids, jobs, workers, ledger, upkeep, budgets, attempts } = subject;
    const at = 'nth' in one ? one.nth : 0;
    const j = at % jobs.length;
    const of = model.jobs[j]!;
    switch (one.do) {
      case 'open': {
        const fence = one.stale ? of.fence - 1 : of.fence;
        const made = aHoldRequest(ids[of.tenant]!, jobs[j]!, one.nanos, { fence });
        const price = { ...rung.price, id: subject.price.id };
        const job = { ...made.job, endUser: of.hasUser ? user : null };
        const request = { ...made, job, rung: { ...rung, price } };
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
        const claims = createClaims(stock.db.rest, 'fulfil', () => workers[j]!, 240_000);
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
        model.setCap(of.tenant, one.kind, one.cap);
        await budgets.setCap(ids[of.tenant]!, scopeOf(one.kind), one.cap, 'now');
        return [null, null];
      }
      case 'correct': {
        const a = pick(attempts, at);
        if (a === undefined) return [null, null];
        const corrections = JSON.stringify([{ hold: attempts[a], nanos: String(one.bill) }]);
        await stock.query('SELECT * FROM correct_holds($1)', [corrections]);
        return [model.correct(model.attempts[a]!, one.bill), undefined];
      }
      case 'price':
        // Calls that are under way keep the price that they were held at.
        subject.price.id = `${rung.price.id}-${uuidv7()}`;
        await stock.query(
          `INSERT INTO price (id, provider, model, from_at, input, cache_read, cache_write, output)
           SELECT $1, provider, model, clock_timestamp() + random() * interval '1 year', input * 2, cache_read, cache_write, output FROM price WHERE id = $2`,
          [subject.price.id, rung.price.id],
        );
        return [null, null];
      case 'midnight':
        model.accounts[of.tenant]!['tenant-day'].turn += 1;
        model.accounts[of.tenant]!['end-user'].turn += 1;
        await turn(ids[of.tenant]!, `kind <> 'tenant-month'`, '1 day');
        return [null, null];
      case 'month':
        model.accounts[of.tenant]!['tenant-month'].turn += 1;
        await turn(ids[of.tenant]!, `kind = 'tenant-month'`, '1 month');
        return [null, null];
      case 'reap':
        return [model.reap(one.silent), await upkeep.reap(one.silent ? 0 : never)];
    }
  };

  const seen = async ({ ids, jobs }: Subject, model: Model) => {
    const rows = await stock.query<{ tenant_id: TenantId; kind: Kind; age: number } & Scope>(
      `SELECT tenant_id, kind, cap, spent, held, over, target,
              CASE kind WHEN 'tenant-month' THEN (extract(year FROM age(date_trunc('month', now()), opens_at)) * 12
                                                  + extract(month FROM age(date_trunc('month', now()), opens_at)))::int
                        ELSE (extract(epoch FROM date_trunc('day', now()) - opens_at) / 86400)::int END AS age,
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
    const windows = rows
      .map(({ tenant_id, age, kind, ...money }) => {
        const tenant = ids.indexOf(tenant_id);
        return { tenant, kind, turn: model.accounts[tenant]![kind].turn - age, ...money };
      })
      .filter(isUsed)
      .toSorted(byPlace);
    return { windows, jobs: jobs.map((id) => ({ ...all.find((row) => row.id === id), id: undefined })) };
  };
  const expected = ({ accounts, jobs }: Model) => ({
    windows: accounts
      .flatMap((of, tenant) =>
        kinds.flatMap((kind) =>
          [...of[kind].windows].map(([n, money]) => ({ tenant, kind, turn: n, ...money, booked: true, open: true })),
        ),
      )
      .filter(isUsed)
      .toSorted(byPlace),
    jobs: jobs.map(({ tenant: _, hasUser: _user, target: _target, ...job }) => {
      return { ...job, booked: true, open: true, id: undefined };
    }),
  });

  test('agree on every answer and on every sum, after every step of any list of commands', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(command, { minLength: 10, maxLength: 45 }), async (commands) => {
        const model = createModel(tenants, jobsEach);
        const subject = await createSubject(model);
        for (const one of commands) {
          const [wanted, got] = await perform(model, subject, one);
          expect(got).toEqual(wanted);
          expect(await seen(subject, model)).toEqual(expected(model));
        }
        expect(
          await stock.query(
            'SELECT e.id FROM entry e JOIN attempt a ON a.id = e.hold_id WHERE e.price_id <> a.price_id',
          ),
        ).toEqual([]);
        // nothing may be left for the next list's reaper
        await stock.query('SELECT * FROM give_back($1::uuid[], 0)', [subject.workers]);
        await subject.upkeep.reap(0);
      }),
      { numRuns: 40 },
    );
  }, 240_000);
});
