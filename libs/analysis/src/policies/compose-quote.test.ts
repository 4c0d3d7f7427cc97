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
