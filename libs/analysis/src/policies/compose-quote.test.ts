import { quoteBody } from '@winnow/contracts';
import { aPrice, aRung } from '@winnow/testing';
import { composeQuote, sizeOf, type QuoteParts, type WeighedJob } from './compose-quote';

const mini = aRung('openai/mini', 'ultra', '0.15', '0.60');
const large = aRung('openai/large', 'advanced', '2.50', '10');
const job = (rung = mini, but: Partial<WeighedJob> = {}): WeighedJob => ({
  lane: 'direct',
  tier: rung.tier,
  rung,
  inputTokens: 100,
  maxTokens: 40,
  worst: 39_000n,
  expectTokens: null,
  weight: 1,
  bytes: 400,
  ...but,
});
const parts = (but: Partial<QuoteParts> = {}): QuoteParts => ({
  jobs: [job(), job(), job(large), job(large)],
  longest: job(),
  rows: { valid: 4, invalid: 1, duplicates: 0 },
  count: 5,
  floor: 0.8,
  cap: 50_000_000n,
  baseline: aPrice('openai/large', '2.50', '10'),
  lengths: () => [{ n: 100, tokens: 1_000 }],
  scores: { n: 0, sum: 0, squares: 0 },
  paid: { ratio: 1, jobs: 0 },
  kappa: 1.5,
  pace: { times: null, slots: 10, ahead: 0 },
  rooms: [{ scope: 'tenant-day', left: 2_000_000_000n }],
  ...but,
});

test('cost, mix, baseline and what is saved', () => {
  const { body } = composeQuote(parts());
  expect(body).toMatchObject({
    count: 5,
    cost: { expected: '0.000742000', worst: '0.000156000' },
    baseline: '0.001400000',
    saved: { expected: '0.000658000', share: 0.47 },
    tiers: [
      { tier: 'ultra', share: 0.5, cost: '0.000042000' },
      { tier: 'advanced', share: 0.5, cost: '0.000700000' },
    ],
    lanes: [{ lane: 'direct', share: 1, cost: '0.000742000' }],
    time: { p50: '2s', p95: '5s' },
    basis: { observations: 100, prior: false, kappa: 1.5, sampled: 4 },
  });
  expect(quoteBody.safeParse(body).error).toBeUndefined();
});

test.each<[string, Partial<QuoteParts>, string | null]>([
  ['all of them fit', {}, null],
  ['a job over its own cap', { cap: 38_999n }, 'request'],
  ['a day that is nearly spent', { rooms: [{ scope: 'tenant-day', left: 700_000n }] }, 'tenant-day'],
  [
    'a month that is',
    {
      rooms: [
        { scope: 'tenant-day', left: 2_000_000_000n },
        { scope: 'tenant-month', left: 0n },
      ],
    },
    'tenant-month',
  ],
])('%s', (_name, but, binding) => {
  expect(composeQuote(parts(but)).body).toMatchObject({ binding, fits: binding === null });
});

test.each([
  [1, 0],
  [40, 6],
  [64, 6],
  [65, 7],
  [400, 9],
])('max tokens of %i are of size %i', (maxTokens, size) => {
  expect(sizeOf(maxTokens)).toBe(size);
});

const width = (but: Partial<QuoteParts>): number => {
  const { low, high, expected } = composeQuote(parts(but)).cost;
  return Number(high - low) / Number(expected);
};

test('jobs that stand for others count as many times, and the doubt about those is in the interval', () => {
  const rows = { valid: 4_000, invalid: 0, duplicates: 0 };
  const jobs = [100, 140, 190, 260].map((inputTokens, at) =>
    job(mini, { inputTokens, weight: 1_000, bytes: 400 + 7 ** at }),
  );
  const { body } = composeQuote(parts({ jobs, rows, count: 4_000 }));
  expect(body).toMatchObject({
    count: 4_000,
    cost: { worst: '0.156000000' },
    basis: { sampled: 4 },
    tiers: [{ tier: 'ultra', share: 1 }],
  });
  const counted = jobs.map((one) => ({ ...one, weight: 1 }));
  const all = { jobs: counted, rows: { ...rows, valid: 4 }, count: 4 };
  expect(width({ jobs, rows, count: 4_000 })).toBeGreaterThan(width(all));
  expect(width({ ...all, jobs, count: 4_000 })).toBeGreaterThan(width({ jobs, rows, count: 4_000 }));
});

test('the longest row decides what fits, also when it is not in the sample', () => {
  const { body } = composeQuote(parts({ longest: job(mini, { worst: 50_000_001n }) }));
  expect(body).toMatchObject({ binding: 'request', fits: false });
});

test('what a task expects of its answers stands in until some were seen', () => {
  const jobs = [job(mini, { expectTokens: 10 }), job(mini, { expectTokens: 20 })];
  const { body } = composeQuote(
    parts({ jobs, lengths: () => [], count: 2, rows: { valid: 2, invalid: 0, duplicates: 0 } }),
  );
  expect(body).toMatchObject({ cost: { expected: '0.000048000' }, basis: { prior: true, observations: 0 } });
});
