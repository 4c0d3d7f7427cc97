import { savingsLines, type ReceiptBody } from '@winnow/contracts';
import { printUsd, uuidv7 } from '@winnow/kernel';
import { createRollUp } from './roll-up';
import { createReviews } from './reviews';
import { createUsage, type UsagePlace } from './usage';
import type { TenantId } from './tenant-id';
import { stockDatabase, type StockedDatabase } from '@winnow/testing/stocked-database';

interface Call {
  readonly cost: bigint;
  readonly outcome: string;
  readonly answered: boolean;
}

const nothing = Object.fromEntries(savingsLines.map((line) => [line, printUsd(0n)]));
const ok: Call = { cost: 30_000n, outcome: 'ok', answered: true };
const broken: Call = { cost: 20_000n, outcome: 'invalid', answered: true };
const baseline = 450_000n;

describe('roll-ups', () => {
  let stocked: StockedDatabase;
  let tenant: TenantId;
  beforeAll(async () => {
    stocked = await stockDatabase();
  });
  beforeEach(async () => {
    await stocked.query('DELETE FROM usage_due');
    tenant = await stocked.addTenant({ timeZone: 'America/New_York' });
  });
  afterAll(() => stocked?.close());

  /** A job that ended with these calls, its attempts, and its receipt as the product writes it. */
  const endJob = async (
    calls: readonly Call[],
    at: string,
    columns: Record<string, unknown> = {},
    also: Record<string, unknown> = {},
  ) => {
    const [job = ''] = await stocked.addJobs(tenant, 1, {
      state: 'succeeded',
      tier: 'ultra',
      lane: 'direct',
      score: 0.9,
      ...columns,
    });
    const price = (await stocked.query<{ id: string }>('SELECT id FROM price LIMIT 1'))[0]?.id;
    const attempts = [];
    for (const [index, { cost, outcome, answered }] of calls.entries()) {
      const id = uuidv7();
      const model = index === 0 ? 'first' : 'second';
      await stocked.query(
        `INSERT INTO attempt (id, job_id, n, fence, provider, model, lane, price_id, request_hash, max_tokens)
         VALUES ($1, $2, $3, 1, 'openai', $4, 'direct', $5, 'x', 40)`,
        [id, job, index + 1, model, price],
      );
      await stocked.query(`INSERT INTO hold (id, nanos, state, look_at) VALUES ($1, $2, 'settled', now())`, [id, cost]);
      const tokens = answered ? { input: 100, cacheRead: 20, cacheWrite: 0, output: 12 } : null;
      attempts.push({
        n: index + 1,
        lane: 'direct',
        state: 'settled',
        outcome,
        provider: 'openai',
        score: outcome === 'ok' ? 0.7 : null,
        cost: printUsd(cost),
        tokens,
        estimated: false,
      });
    }
    const actual = calls.reduce((sum, { cost }) => sum + cost, 0n);
    const served = calls.findLast(({ outcome }) => outcome === 'ok');
    const bought = served === undefined ? 0n : baseline;
    const savings = {
      ...nothing,
      routed: printUsd(bought - (served?.cost ?? 0n)),
      escalation: printUsd((served?.cost ?? 0n) - actual),
    };
    const body = {
      lane: 'direct',
      baseline: { model: 'gpt-4o', cost: printUsd(bought) },
      baselines: { tenant: {}, task: served === undefined ? null : { cost: printUsd(served.cost) } },
      actual: printUsd(actual),
      savings,
      attempts,
      answer: served === undefined ? null : calls.lastIndexOf(served) + 1,
      samples: [],
      quality: { floor: 0.8, met: true, calibrated: false, checks: [] },
      ...also,
    } as unknown as ReceiptBody;
    await stocked.query(
      'INSERT INTO receipt (job_id, id, tenant_id, last_entry, body, at) VALUES ($1, $2, $3, 0, $4, $5)',
      [job, uuidv7(), tenant, JSON.stringify(body), at],
    );
    return job;
  };
  const correct = async (job: string, n: number, nanos: bigint): Promise<void> => {
    await stocked.query(
      `INSERT INTO entry (kind, hold_id, job_id, nanos, price_id) SELECT 'corrected', id, job_id, $3, price_id FROM attempt WHERE job_id = $1 AND n = $2`,
      [job, n, nanos],
    );
  };
  const read = (by: readonly ('model' | 'state' | 'user')[] = [], bucket: 'hour' | 'day' | 'month' = 'month') =>
    createUsage(stocked.db.rest).read(tenant, {
      from: new Date('2026-01-01T00:00:00Z'),
      to: new Date('2030-01-01T00:00:00Z'),
      bucket,
      by,
      limit: 100,
      after: null,
    });
  const roll = () => createRollUp(stocked.db.rest).run();

  test('what was paid on the way is its own model’s escalation; every row adds up', async () => {
    await endJob([broken, ok], '2026-06-10T12:00:00Z');
    await roll();
    const { rows, total } = await read(['model']);
    expect(rows).toMatchObject([
      {
        names: ['first'],
        jobs: 0n,
        attempts: 1n,
        cost: 20_000n,
        useful: 0n,
        baseline: 0n,
        saved: -20_000n,
        escalation: -20_000n,
      },
      {
        names: ['second'],
        jobs: 1n,
        attempts: 1n,
        cost: 30_000n,
        useful: 30_000n,
        plain: 30_000n,
        saved: 420_000n,
        routed: 420_000n,
        escalation: 0n,
      },
    ]);
    expect(total).toMatchObject({
      jobs: 1n,
      input: 240n,
      cached_input: 40n,
      output: 24n,
      cost: 50_000n,
      saved: 400_000n,
      scored: 1n,
    });
  });

  test('a job without an answer, and one without a call', async () => {
    await endJob([broken], '2026-06-10T12:00:00Z', { state: 'failed', score: null });
    await endJob([], '2026-06-10T12:00:00Z', { state: 'aborted', score: null });
    const { rows } = await read(['state']);
    expect(rows).toMatchObject([
      { names: ['aborted'], jobs: 1n, attempts: 0n, cost: 0n, baseline: 0n, saved: 0n },
      { names: ['failed'], jobs: 1n, attempts: 1n, cost: 20_000n, useful: 0n, saved: -20_000n, escalation: -20_000n },
    ]);
  });

  test('the same before, half-way through and after the roll-up', async () => {
    for (let n = 0; n < 3; n += 1) await endJob([ok], '2026-06-10T12:00:00Z', { end_user: `user ${n}` });
    const before = await read(['user']);
    await roll();
    await endJob([ok], '2026-06-10T12:00:00Z', { end_user: 'user 0' });
    const between = await read(['user']);
    expect(between.total).toMatchObject({ jobs: 4n, cost: 120_000n });
    await roll();
    const after = await read(['user']);
    expect(after.rows).toEqual(between.rows);
    expect(before.rows.slice(1)).toEqual(after.rows.slice(1));
  });

  test('corrections count once each, on the day they are made: of the answer to the cache, of the rest to escalation', async () => {
    const job = await endJob([broken, ok], '2026-06-10T12:00:00Z');
    await roll();
    await correct(job, 1, -5_000n);
    await correct(job, 2, 1_000n);
    expect((await read()).total).toMatchObject({
      jobs: 1n,
      cost: 46_000n,
      useful: 31_000n,
      saved: 404_000n,
      escalation: -15_000n,
      provider_cache: -1_000n,
    });
    await roll();
    await roll();
    expect((await read()).total).toMatchObject({
      jobs: 1n,
      attempts: 2n,
      cost: 46_000n,
      useful: 31_000n,
      saved: 404_000n,
    });
  });

  describe('learning', () => {
    const sample = { kind: 'audit', subject: 'openai/first', reference: 'openai/second', score: 0.95, checks: {} };
    const learnt = (table: string) =>
      stocked.query<Record<string, unknown>>(`SELECT * FROM ${table} WHERE tenant_id = $1`, [tenant]);
    const endWith = (body: Record<string, unknown>, columns: Record<string, unknown> = {}) =>
      endJob([ok, ok], '2026-06-10T12:00:00Z', columns, body);

    test('each answer that was scored is an outcome, with the checks of the one that was handed over', async () => {
      const job = await endWith({
        quality: { floor: 0.8, met: true, calibrated: false, checks: [{ name: 'schema', value: 1 }] },
      });
      await roll();
      await roll();
      expect(await learnt('outcome')).toMatchObject([
        { job_id: job, n: 1, served: false, score: 0.7, checks: null, model: 'first', label: null },
        {
          job_id: job,
          n: 2,
          served: true,
          score: 0.7,
          checks: { schema: 1 },
          model: 'second',
          propensity: 1,
          cost: 30_000n,
        },
      ]);
    });

    test('samples are kept, and what they disagree on is asked about', async () => {
      const fine = await endWith({ samples: [{ ...sample, value: 1, agreed: true, cost: '0.000001000' }] });
      const odd = await endWith({ samples: [{ ...sample, value: 0.2, agreed: false, cost: '0.000001000' }] });
      const poor = await endWith({ quality: { floor: 0.8, met: false, calibrated: false, checks: [] } });
      await roll();
      expect(await learnt('sample')).toMatchObject([
        { job_id: fine, agreed: true, cost: 1_000n },
        { job_id: odd, agreed: false, value: 0.2 },
      ]);
      expect((await learnt('review')).filter(({ reason }) => reason !== 'audit')).toMatchObject([
        { job_id: odd, reason: 'disagreement', state: 'open' },
        { job_id: poor, reason: 'below-floor', state: 'open' },
      ]);
    });

    test('nobody is asked more than fifty times a day, and disagreements come first', async () => {
      const quality = { floor: 0.8, met: false, calibrated: false, checks: [] };
      for (let n = 0; n < 60; n += 1) await endWith({ quality });
      const odd = await endWith({ quality, samples: [{ ...sample, value: 0, agreed: false, cost: '0.000001000' }] });
      await roll();
      await endWith({ quality });
      await roll();
      const asked = await learnt('review');
      expect(asked).toHaveLength(50);
      expect(asked.map(({ job_id }) => job_id)).toContain(odd);
    });

    test('a verdict is the label of the answer, and is given once', async () => {
      const job = await endWith({ quality: { floor: 0.8, met: false, calibrated: false, checks: [] } });
      await roll();
      const reviews = createReviews(stocked.db.rest);
      const said = { verdict: 'fixed' as const, answer: { sentiment: 'mixed' }, note: null, key: uuidv7() };
      expect(await reviews.decide(tenant, job, said)).toBe(true);
      expect(await reviews.decide(tenant, job, { ...said, verdict: 'right' })).toBe(false);
      expect(await reviews.get(tenant, job)).toMatchObject({
        state: 'decided',
        verdict: 'fixed',
        answer: { sentiment: 'mixed' },
      });
      expect(await learnt('outcome')).toMatchObject([
        { n: 1, label: null },
        { n: 2, label: 0, labeller: 'human' },
      ]);
      const other = await stocked.addTenant({});
      expect(await reviews.get(other, job)).toBeNull();
      expect(await reviews.decide(other, job, said)).toBe(false);
    });
  });

  test('days are those of the tenant’s zone', async () => {
    await endJob([ok], '2026-03-08T04:30:00Z');
    await endJob([ok], '2026-03-08T05:30:00Z');
    await endJob([ok], '2026-03-09T03:30:00Z');
    await roll();
    const { rows } = await read([], 'day');
    expect(rows.map(({ at, jobs }) => [at.toISOString(), jobs])).toEqual([
      ['2026-03-07T05:00:00.000Z', 1n],
      ['2026-03-08T05:00:00.000Z', 2n],
    ]);
  });

  test('four keepers that roll up at once count each receipt once', async () => {
    for (let n = 0; n < 40; n += 1) await endJob([ok], '2026-06-10T12:00:00Z', { end_user: `user ${n % 7}` });
    const rolling = async (): Promise<void> => {
      for (let n = 0; n < 10; n += 1) await roll();
    };
    await Promise.all([rolling(), rolling(), endJob([ok], '2026-06-10T12:00:00Z'), rolling(), rolling()]);
    await roll();
    expect((await read()).total).toMatchObject({ jobs: 41n, cost: 41n * 30_000n });
    expect(await stocked.query('SELECT 1 FROM usage_due')).toEqual([]);
    expect(await stocked.deadlocks()).toBe(0n);
    const bins = await stocked.query<{ model: string; size: number; n: bigint; tokens: bigint }>(
      'SELECT model, size, n, tokens FROM output_bin WHERE tenant_id = $1',
      [tenant],
    );
    expect(bins).toEqual([{ model: 'first', size: 6, n: 41n, tokens: 492n }]);
  });

  test('a page begins behind a row, whatever was added before it meanwhile', async () => {
    for (const month of [3, 4, 5]) await endJob([broken, ok], `2026-0${month}-10T12:00:00Z`);
    const usage = createUsage(stocked.db.rest);
    const [from, to] = [new Date('2026-01-01T00:00:00Z'), new Date('2030-01-01T00:00:00Z')];
    const pageBehind = (after: UsagePlace | null) =>
      usage.read(tenant, { from, to, bucket: 'month', by: ['model'], limit: 2, after });
    const placesOf = ({ rows }: { rows: readonly UsagePlace[] }) => rows.map(({ at, names }) => ({ at, names }));
    const whole = placesOf(await read(['model']));
    expect(whole).toHaveLength(6);
    const first = await pageBehind(null);
    expect(placesOf(first)).toEqual(whole.slice(0, 3));
    await endJob([broken, ok], '2026-02-10T12:00:00Z');
    expect(placesOf(await pageBehind(first.rows[1] ?? null))).toEqual(whole.slice(2, 5));
    expect(placesOf(await pageBehind(whole[3] ?? null))).toEqual(whole.slice(4));
    expect(placesOf(await pageBehind(whole[5] ?? null))).toEqual([]);
  });

  test('spans are widened to whole buckets, and counted', async () => {
    const usage = createUsage(stocked.db.rest);
    const [from, to] = [new Date('2026-03-07T12:00:00Z'), new Date('2026-03-09T12:00:00Z')];
    expect(await usage.span(tenant, from, to, 'day', 400)).toEqual({
      from: new Date('2026-03-07T05:00:00Z'),
      to: new Date('2026-03-10T04:00:00Z'),
      timeZone: 'America/New_York',
      buckets: 3,
    });
    expect((await usage.span(tenant, from, to, 'hour', 40)).buckets).toBe(41);
  });
});
