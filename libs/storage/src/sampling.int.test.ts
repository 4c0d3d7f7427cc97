import { uuidv7 } from '@winnow/kernel';
import { stockDatabase, type StockedDatabase } from '@winnow/testing/stocked-database';
import { createSampling } from './sampling';
import type { TenantId } from './tenant-id';

describe('what checking may cost', () => {
  let stocked: StockedDatabase;
  let tenant: TenantId;
  let now = 0;
  beforeAll(async () => {
    stocked = await stockDatabase();
    tenant = await stocked.addTenant({});
  });
  afterAll(() => stocked?.close());

  const sampling = (share = 0.03) =>
    createSampling(stocked.db.rest, { rates: { shadow: 0, audit: 0.01 }, share, nowMs: () => now });
  const addDay = (daysAgo: number, cost: bigint, audit: bigint) =>
    stocked.query(
      `INSERT INTO usage (tenant_id, span, opens_at, task, model, tier, lane, provider, source, key_id, end_user, state, jobs, attempts, input,
         cached_input, output, cost, useful, baseline, plain, saved, cached, joined, local, routed, prompt, packed, deferred, provider_cache,
         escalation, audit, scored, score_sum, score_squares)
       VALUES ($1, 'day', now() - make_interval(days => $2), 'a.b', '', '', '', '', '', '', '', '', 1, 1, 0, 0, 0, $3, 0, 0, 0, -$3::bigint, 0, 0, 0,
         -$3::bigint - $4::bigint, 0, 0, 0, 0, 0, $4, 0, 0, 0)`,
      [tenant, daysAgo, cost, audit],
    );

  test('nothing was spent: nothing may be', async () => expect(await sampling().allowance(tenant)).toBe(0n));

  test('a share of what the jobs themselves cost in a month, less what checking has cost', async () => {
    await addDay(1, 1_010_000n, -10_000n);
    await addDay(2, 1_000_000n, 0n);
    await addDay(31, 9_000_000_000n, 0n);
    expect(await sampling().allowance(tenant)).toBe(50_000n);
    expect(await sampling(0).allowance(tenant)).toBe(-10_000n);
  });

  test('what was set aside counts before the sums know of it', async () => {
    const at = sampling();
    expect(await at.allowance(tenant)).toBe(50_000n);
    at.spend(tenant, 30_000n);
    expect(await at.allowance(tenant)).toBe(20_000n);
    now += 5_000;
    expect(await at.allowance(tenant)).toBe(50_000n);
  });

  test('draws are even, and a job’s own', () => {
    const at = sampling();
    const jobs = Array.from({ length: 4_000 }, () => uuidv7());
    const drawn = jobs.filter((job) => at.draw(job) < 0.25).length;
    expect(drawn).toBeGreaterThan(870);
    expect(drawn).toBeLessThan(1_130);
    expect(jobs.map(at.draw)).toEqual(jobs.map(sampling().draw));
  });
});
