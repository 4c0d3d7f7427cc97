import { uuidv7 } from '@winnow/kernel';
import {
  createBudgets,
  createClaims,
  createJournal,
  createLedger,
  createUpkeep,
  askToStop,
  type TenantId,
} from '@winnow/storage';
import { resumeParked } from '@winnow/storage/resume-parked';
import { endUser, nameOf, leaseMs, type Command } from './ledger-commands';
import { firstCaps, hasUser, isTaken, jobCap, jobsEach } from './ledger-model';
import { aHoldRequest, rung, type StockedDatabase } from './stocked-database';

/** What the tenants share, as those of one executor do: their statements meet in the same group commits. */
export const createShop = (stock: StockedDatabase) => ({
  stock,
  ledger: createLedger(stock.db.ledger),
  journal: createJournal(stock.db.rest),
  budgets: createBudgets(stock.db.rest),
  upkeep: createUpkeep(stock.db),
  /** how often each command was answered how: a test that never meets a case proves nothing of it */
  answers: new Map<string, number>(),
});
export type Shop = ReturnType<typeof createShop>;

const farAway = new Date('2200-01-01T00:00:00Z');
const rest = { providerId: null, modelResolved: null, tokens: null, estimated: false, answer: null, ms: null };

/** The rows of one tenant, and what has become of them so far. */
export interface Subject {
  readonly tenant: TenantId;
  readonly jobs: readonly string[];
  readonly worker: string;
  readonly attempts: string[];
}

/** A tenant with its caps and its jobs, and a worker that has some of them: on Postgres what the model is in memory. */
export const createSubject = async (stock: StockedDatabase, timeZone: string): Promise<Subject> => {
  const tenant: TenantId = await stock.addTenant({ dayCap: firstCaps['tenant-day'], timeZone });
  const worker = uuidv7();
  const columns = { path: 'fulfil', cap: jobCap, deadline_at: farAway } as const;
  const runUntil = new Date((await stock.clock.now()).getTime() + leaseMs);
  const taken = { state: 'running', fence: 1, worker_id: worker, run_until: runUntil } as const;
  const jobs: string[] = [];
  for (let n = 0; n < jobsEach; n += 1) {
    const more = { end_user: hasUser(n) ? endUser : null, ...(isTaken(n) ? taken : {}) };
    jobs.push(...(await stock.addJobs(tenant, 1, { ...columns, ...more })));
  }
  await stock.query(
    `INSERT INTO budget_rule (id, tenant_id, kind, name, cap) VALUES (gen_random_uuid(), $1, 'tenant-month', '', $2), (gen_random_uuid(), $1, 'end-user', $3, $4)`,
    [tenant, firstCaps['tenant-month'], endUser, firstCaps['end-user']],
  );
  return { tenant, jobs, worker, attempts: [] };
};

/** Does commands to a subject, with the statements of one process; `worker` is who claims. */
export const createActor = (
  { stock, ledger, journal, budgets }: Shop,
  { tenant, jobs, attempts }: Subject,
  worker: string,
) => {
  const sql = stock.db.rest;
  const claimFor = (path: 'intake' | 'fulfil') => createClaims(sql, path, () => worker, leaseMs).take;
  const [plan, take] = [claimFor('intake'), claimFor('fulfil')];
  let price = rung.price;

  const open = async (job: number, nanos: bigint, fence: number): Promise<string> => {
    const made = aHoldRequest(tenant, jobs[job] ?? '', nanos, { fence });
    const payer = { ...made.job, endUser: hasUser(job) ? endUser : null };
    const verdict = await ledger.openHold({ ...made, job: payer, rung: { ...rung, price } });
    if (verdict.kind === 'granted') attempts.push(made.attempt);
    return verdict.kind === 'granted' ? `granted ${verdict.n}` : verdict.kind;
  };
  const claim = async (job: string): Promise<number | string | null> => {
    const taken = await take(job);
    if (taken !== null) return taken.fence;
    const planned = await plan(job);
    if (planned === null) return null;
    const move = { job, fence: planned.fence, from: ['queued'] as const, state: 'queued' as const };
    const verdict = await journal.move({ ...move, path: 'fulfil', queue: 'executions', events: [] });
    return verdict === 'moved' ? 'planned' : verdict;
  };
  const changePrice = async (): Promise<void> => {
    // Calls that are under way keep the price that they were held at.
    const id = `${rung.price.id}-${uuidv7()}`;
    await stock.query(
      `INSERT INTO price (id, provider, model, from_at, input, cache_read, cache_write, output)
       SELECT $1, provider, model, clock_timestamp() + random() * interval '1 year', input * 2, cache_read, cache_write, output FROM price WHERE id = $2`,
      [id, rung.price.id],
    );
    price = { ...price, id, input: price.input * 2n };
  };

  /** `fenceOf` a job is that of its last claim; a stale one is older. */
  const perform = async (one: Command, fenceOf: (job: number) => number): Promise<unknown> => {
    const n = 'nth' in one ? one.nth % jobsEach : 0;
    const job = jobs[n] ?? '';
    const attempt =
      attempts.length === 0 || !('nth' in one) ? undefined : attempts.at(-1 - (one.nth % attempts.length));
    switch (one.do) {
      case 'open':
        return open(n, one.nanos, one.stale ? fenceOf(n) - 1 : fenceOf(n));
      case 'send':
        return attempt !== undefined && (await ledger.markSent(attempt)) !== null;
      case 'close': {
        const times = attempt === undefined ? 0 : one.twice ? 2 : 1;
        const closing = { attempt: attempt ?? '', kind: one.kind, nanos: one.bill, outcome: 'x', ...rest };
        return void (await Promise.all(Array.from({ length: times }, () => ledger.closeHold(closing))));
      }
      case 'claim':
        return claim(job);
      case 'park': {
        const parked = { scope: `${one.kind}:${nameOf(one.kind)}`, wants: one.wants, until: farAway };
        const move = { job, fence: fenceOf(n), from: ['running'] as const, state: 'parked' as const, parked };
        return journal.move({
          ...move,
          path: 'intake',
          events: [{ kind: 'state', data: { state: 'parked', at: '' } }],
        });
      }
      case 'resume':
        return (await resumeParked(sql, { tenant, seen: null, most: one.most })).resumed;
      case 'give back':
        return void (await stock.query('SELECT * FROM give_back(ARRAY[$1]::uuid[], 0)', [worker]));
      case 'stop':
        return (await askToStop(sql, tenant, job)) !== null;
      case 'cap':
        return budgets.setCap(tenant, { kind: one.kind, name: nameOf(one.kind) }, one.cap, 'now');
      case 'correct': {
        const corrections = JSON.stringify([{ hold: attempt, nanos: String(one.bill) }]);
        return void (attempt && (await stock.query('SELECT * FROM correct_holds($1)', [corrections])));
      }
      case 'price':
        return changePrice();
      case 'crash':
        return undefined;
    }
  };
  return perform;
};
