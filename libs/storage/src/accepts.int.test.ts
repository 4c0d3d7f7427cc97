import { randomBytes } from 'node:crypto';
import { uuidv7 } from '@winnow/kernel';
import { stockDatabase, type StockedDatabase } from '@winnow/testing/stocked-database';
import { createAccepts, type Acceptance } from './accepts';
import { createEvents } from './events';
import type { TenantId } from './tenant-id';

describe('accepting', () => {
  let stock: StockedDatabase;
  let tenant: TenantId;
  beforeAll(async () => {
    stock = await stockDatabase();
  });
  beforeEach(async () => {
    tenant = await stock.addTenant();
  });
  afterAll(() => stock.close());

  const anAcceptance = (but: Partial<Acceptance> = {}): Acceptance => ({
    id: uuidv7(),
    tenantId: tenant,
    task: 'review.sentiment',
    version: 1,
    input: { text: 'Great sound, poor battery' },
    inputHash: 'hash',
    floor: 0.8,
    deadline: '1h',
    deadlineMs: 3_600_000,
    avoid: ['gpt-4o'],
    priority: 3,
    whenOver: 'refuse',
    strict: true,
    endUser: 'kim',
    metadata: { sku: 'B07-1' },
    cap: 50_000_000n,
    queue: 'analyses',
    idempotency: null,
    ...but,
  });
  const withKey = (key: string, print = 'print'): Partial<Acceptance> => ({
    idempotency: { route: 'POST /jobs', key, print },
  });
  const countOf = async (table: string): Promise<bigint> =>
    (await stock.query<{ n: bigint }>(`SELECT count(*) AS n FROM ${table} WHERE tenant_id = $1`, [tenant]))[0]?.n ??
    -1n;

  test('a job that this process works on at once is claimed as it is accepted, and has no hint', async () => {
    const worker = uuidv7();
    const acceptance = anAcceptance({ claim: { worker, leaseMs: 180_000 } });
    const accepted = await createAccepts(stock.db.rest).accept(acceptance);
    expect(accepted).toMatchObject({
      kind: 'accepted',
      claimed: { id: acceptance.id, state: 'running', fence: 1, runs: 0, plan: null, baselineModel: 'gpt-4o' },
    });
    expect(await stock.jobOf(acceptance.id)).toMatchObject({
      state: 'running',
      path: 'intake',
      fence: 1,
      worker_id: worker,
    });
    expect(await stock.query('SELECT 1 FROM outbox WHERE ref = $1', [acceptance.id])).toEqual([]);
    // Should its worker be gone, it goes through intake as if it had never been claimed.
    await stock.query('SELECT * FROM give_back(ARRAY[$1]::uuid[], 1)', [worker]);
    expect(await stock.query('SELECT queue, hint FROM outbox WHERE ref = $1', [acceptance.id])).toEqual([
      { queue: 'analyses', hint: 2 },
    ]);
  });

  test('writes the job, its first hint and its first event, or none of them', async () => {
    const acceptance = anAcceptance();
    expect(await createAccepts(stock.db.rest).accept(acceptance)).toEqual({
      kind: 'accepted',
      id: acceptance.id,
      times: { createdAt: expect.any(Date), deadlineAt: expect.any(Date) },
    });
    expect(await stock.jobOf(acceptance.id)).toMatchObject({
      tenant_id: tenant,
      task: 'review.sentiment',
      state: 'queued',
      path: 'intake',
      fence: 0,
      hint: 1,
      events: 1,
      cap: 50_000_000n,
      avoid: ['gpt-4o'],
      priority: 3,
      when_over: 'refuse',
      strict: true,
      metadata: { sku: 'B07-1' },
      worker_id: null,
    });
    const [times] = await stock.query<{ left: number; look: number }>(
      'SELECT extract(epoch FROM deadline_at - created_at)::float8 AS left, extract(epoch FROM look_at - created_at)::float8 AS look FROM job WHERE id = $1',
      [acceptance.id],
    );
    expect(times).toEqual({ left: 3_600, look: 30 });
    expect(await stock.query('SELECT queue, priority, hint FROM outbox WHERE ref = $1', [acceptance.id])).toEqual([
      { queue: 'analyses', priority: 3, hint: 1 },
    ]);
    expect(await createEvents(stock.db.rest).ofJob(acceptance.id, 0, 10)).toEqual([
      { n: 1, kind: 'state', data: { state: 'queued', at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]{12}Z$/) } },
    ]);

    await expect(
      createAccepts(stock.db.rest).accept(anAcceptance({ ...withKey('lost'), input: { text: '\u0000' } })),
    ).rejects.toThrow();
    expect([await countOf('job'), await countOf('outbox'), await countOf('idempotency')]).toEqual([1n, 1n, 0n]);
  });

  test('500 posts of one key at once make one job, and everyone is told which', async () => {
    const apis = [1, 2, 3].map(() => createAccepts(stock.db.rest));
    const answers = await Promise.all(
      Array.from({ length: 500 }, (_, i) => apis[i % 3]?.accept(anAcceptance(withKey('once')))),
    );
    const first = answers.find((answer) => answer?.kind === 'accepted');
    expect(answers.filter((answer) => answer?.kind === 'accepted')).toHaveLength(1);
    const told = new Set(answers.map((answer) => (answer?.kind === 'replayed' ? answer.ref : answer?.id)));
    expect([...told]).toEqual([first?.kind === 'accepted' ? first.id : 'nobody']);
    expect([await countOf('job'), await countOf('outbox'), await countOf('idempotency')]).toEqual([1n, 1n, 1n]);
  });

  test('a key that was used is found with the print of its body', async () => {
    const accepts = createAccepts(stock.db.rest);
    const { id } = (await accepts.accept(anAcceptance(withKey('k', 'one body')))) as { id: string };
    expect(await accepts.accept(anAcceptance(withKey('k', 'another body')))).toEqual({
      kind: 'replayed',
      ref: id,
      print: 'one body',
    });
  });

  test('a key is of one tenant and one route', async () => {
    const accepts = createAccepts(stock.db.rest);
    const elsewhere = { route: 'POST /batches', key: 'k', print: 'p' };
    const answers = [
      await accepts.accept(anAcceptance(withKey('k'))),
      await accepts.accept(anAcceptance({ idempotency: elsewhere })),
      await accepts.accept(anAcceptance({ ...withKey('k'), tenantId: await stock.addTenant() })),
    ];
    expect(answers.map(({ kind }) => kind)).toEqual(['accepted', 'accepted', 'accepted']);
  });

  test('the same keys in opposite orders at once: no deadlock, one job a key', async () => {
    const keys = Array.from({ length: 100 }, () => randomBytes(8).toString('hex'));
    const apis = [1, 2, 3, 4].map(() => createAccepts(stock.db.rest));
    const answers = await Promise.all(
      apis.flatMap((api, i) =>
        (i % 2 === 0 ? keys : keys.toReversed()).map((key) => api.accept(anAcceptance(withKey(key)))),
      ),
    );
    expect(answers.filter(({ kind }) => kind === 'accepted')).toHaveLength(100);
    expect(await countOf('job')).toBe(100n);
    expect(await stock.deadlocks()).toBe(0n);
  });

  test('one bad job fails alone, whoever shared its statement', async () => {
    const accepts = createAccepts(stock.db.rest);
    const results = await Promise.allSettled([
      accepts.accept(anAcceptance(withKey('a'))),
      accepts.accept(anAcceptance({ tenantId: uuidv7() as TenantId })),
      accepts.accept(anAcceptance()),
      accepts.accept(anAcceptance({ input: { text: 'a NUL \u0000' } })),
      accepts.accept(anAcceptance(withKey('a'))),
    ]);
    expect(results.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
    expect(await countOf('job')).toBe(2n);
  });

  test('a job that was stored although its answer was lost is accepted, not a fault', async () => {
    const acceptance = anAcceptance();
    const keyed = anAcceptance(withKey('twice'));
    const accepts = createAccepts(stock.db.rest);
    const times = { createdAt: expect.any(Date), deadlineAt: expect.any(Date) };
    for (const one of [acceptance, keyed])
      expect(await accepts.accept(one)).toEqual({ kind: 'accepted', id: one.id, times });
    for (const one of [acceptance, keyed]) expect(await accepts.accept(one)).toEqual({ kind: 'accepted', id: one.id });
    expect([await countOf('job'), await countOf('outbox')]).toEqual([2n, 2n]);
  });
});
