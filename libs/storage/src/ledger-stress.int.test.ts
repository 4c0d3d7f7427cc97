import { uuidv7 } from '@winnow/kernel';
import { aHoldRequest, stockDatabase, type StockedDatabase } from '@winnow/testing/stocked-database';
import { askToStop } from './cancels';
import { createClaims } from './claims';
import { createJournal } from './journal';
import { createLedger } from './ledger';
import type { TenantId } from './tenant-id';
import { createUpkeep } from './upkeep';

const callers = 24;
const stepsEach = 120;
const jobCount = 40;

/** Park and Miller's: the same seed gives the same choices, though not the same interleaving. */
const createChance = (seed: number) => {
  let state = seed;
  const below = (n: number): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state % n;
  };
  return { below, of: <Item>(items: readonly Item[]): Item => items[below(items.length)] as Item };
};

describe('everyone at once', () => {
  let stock: StockedDatabase;
  let tenants: TenantId[];
  let jobs: { id: string; tenant: TenantId }[];
  beforeAll(async () => {
    stock = await stockDatabase({ ledger: 8, rest: 12 });
    tenants = await Promise.all([1, 2, 3].map(() => stock.addTenant({ dayCap: 40_000n })));
    const made = await Promise.all(
      tenants.map(async (tenant) =>
        (await stock.addJobs(tenant, jobCount, { path: 'fulfil', cap: 3_000n })).map((id) => ({ id, tenant })),
      ),
    );
    jobs = made.flat();
  });
  afterAll(() => stock.close());

  const bill = {
    outcome: 'x',
    providerId: null,
    modelResolved: null,
    tokens: null,
    estimated: false,
    answer: null,
    ms: 1,
  };

  /** One process: its own group commits, so that its statements meet those of the others in every order. */
  const createProcess = () => {
    const worker = uuidv7();
    const { rest, ledger } = stock.db;
    return {
      worker,
      ledger: createLedger(ledger),
      journal: createJournal(rest),
      claims: createClaims(rest, 'fulfil', () => worker, 60_000),
      upkeep: createUpkeep(stock.db),
    };
  };
  type Process = ReturnType<typeof createProcess>;

  const work = async (
    at: Process,
    chance: ReturnType<typeof createChance>,
    open: Map<string, string>,
  ): Promise<void> => {
    const { id, tenant } = chance.of(jobs);
    const job = await at.claims.take(id);
    const fence = job?.fence ?? chance.below(20);
    const requests = [1, 2].map(() => aHoldRequest(tenant, id, BigInt(chance.below(1_500)), { fence }));
    const verdicts = await Promise.all(requests.map((request) => at.ledger.openHold(request)));
    for (const [i, { attempt }] of requests.entries()) if (verdicts[i]?.kind === 'granted') open.set(attempt, id);
    if (job === null || chance.below(3) === 0) return;
    const move = {
      job: id,
      fence,
      from: ['running'] as const,
      events: [{ kind: 'state', data: { state: 'queued', at: '' } }] as const,
    };
    await at.journal.move({
      ...move,
      from: [...move.from],
      events: [...move.events],
      state: 'queued',
      path: 'fulfil',
      queue: 'executions',
    });
  };

  const step = async (
    at: Process,
    chance: ReturnType<typeof createChance>,
    open: Map<string, string>,
  ): Promise<void> => {
    const attempts = [...open.keys()];
    const some = Array.from({ length: Math.min(attempts.length, 6) }, () => chance.of(attempts));
    const { id, tenant } = chance.of(jobs);
    const kind = chance.of(['settled', 'settled', 'released', 'unknown'] as const);
    const chores = [
      () => Promise.all([work(at, chance, open), work(at, chance, open), work(at, chance, open)]),
      () => Promise.all([work(at, chance, open), work(at, chance, open)]),
      () => Promise.all(some.map((attempt) => at.ledger.markSent(attempt))),
      () =>
        Promise.all(
          some.map((attempt) => at.ledger.closeHold({ attempt, kind, nanos: BigInt(chance.below(2_500)), ...bill })),
        ),
      () => at.upkeep.reap(chance.of([1, 100_000])),
      () => stock.query('SELECT * FROM give_back($1::uuid[], 0)', [[at.worker]]),
      () => at.upkeep.giveBack([]),
      () => (chance.below(8) === 0 ? askToStop(stock.db.rest, tenant, id) : undefined),
      async () => {
        await stock.query(
          `UPDATE job SET look_at = now() - interval '1 s' WHERE id IN (SELECT id FROM job WHERE tenant_id = $1 FOR UPDATE SKIP LOCKED)`,
          [tenant],
        );
        const overdue = await at.upkeep.overdue();
        await at.upkeep.hintAgain(overdue.toReversed());
        await at.upkeep.lookLater(overdue.map((row) => row.id).toReversed());
      },
      () => (chance.below(4) === 0 ? at.upkeep.hintAllAgain() : at.upkeep.unpark()),
    ];
    await chance.of(chores)();
  };

  test('no deadlock, no scope past its cap, every sum equal to its entries, events without holes', async () => {
    const open = new Map<string, string>();
    await Promise.all(
      Array.from({ length: callers }, async (_, caller) => {
        const at = createProcess();
        const chance = createChance(caller + 1);
        for (let i = 0; i < stepsEach; i += 1) await step(at, chance, open);
      }),
    );
    expect(await stock.deadlocks()).toBe(0n);

    await stock.query('UPDATE job SET fence = fence + 1');
    await createUpkeep(stock.db).reap(0);
    for (let i = 0; i < 20; i += 1) await createUpkeep(stock.db).reap(0);
    for (const table of ['job', 'budget'])
      expect(
        await stock.query(
          `SELECT id, cap, spent, held, over FROM ${table} x WHERE held <> 0 OR spent + held > cap
               OR spent + over <> (SELECT coalesce(sum(nanos), 0) FROM entry WHERE ${table}_id = x.id)`,
        ),
      ).toEqual([]);
    const counts = await stock.query<{ state: string; n: bigint; double: bigint }>(
      `SELECT h.state, count(*) AS n, count(*) FILTER (WHERE (SELECT count(*) FROM entry e WHERE e.hold_id = h.id AND e.kind <> 'corrected') <> 2
                OR (SELECT count(*) FROM entry e WHERE e.hold_id = h.id AND e.kind = 'corrected') NOT IN (0, 2)) AS double FROM hold h GROUP BY 1`,
    );
    expect(counts.map(({ state }) => state).toSorted()).toEqual(['released', 'settled', 'unknown']);
    expect(counts.map(({ double }) => double)).toEqual([0n, 0n, 0n]);
    expect(counts.reduce((sum, { n }) => sum + n, 0n)).toBe(BigInt(open.size));
    expect(
      await stock.query('SELECT id FROM job j WHERE events <> (SELECT count(*) FROM event WHERE job_id = j.id)'),
    ).toEqual([]);
  }, 60_000);
});
