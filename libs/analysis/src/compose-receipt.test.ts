import { receiptBody } from '@winnow/contracts';
import { anAttempt, aPrice, assertReceiptAdds } from '@winnow/testing';
import fc from 'fast-check';
import { bookedOf, composeReceipt, type ReceiptParts } from './compose-receipt';
import { priceUsage } from './policies/price-usage';
import type { AttemptRecord } from './ports';

const gpt4o = aPrice('openai/gpt-4o', '2.50', '10', '1.25');
const mini = aPrice('openai/mini', '0.15', '0.60', '0.075');
const parts = (but: Partial<ReceiptParts>): ReceiptParts => ({
  verdict: { state: 'succeeded', score: 1, checks: [] },
  floor: 0.8,
  lane: 'direct',
  lines: [],
  attempts: [anAttempt({ price: mini })],
  baseline: gpt4o,
  primary: mini,
  ...but,
});

test('a job that was answered by a cheaper model', () => {
  const receipt = composeReceipt(parts({ lines: [{ stage: 'route', outcome: 'ultra', ms: 0 }] }));
  expect(receipt).toMatchObject({
    lane: 'direct',
    baseline: { model: 'gpt-4o', input: 100, output: 20, cost: '0.000450000', estimated: true },
    baselines: {
      tenant: { model: 'gpt-4o', cost: '0.000450000', saved: '0.000423000' },
      task: { model: 'mini', cost: '0.000027000', saved: '0.000000000' },
    },
    actual: '0.000027000',
    saved: '0.000423000',
    savings: { routed: '0.000423000', escalation: '0.000000000' },
    lines: [{ stage: 'route', outcome: 'ultra', ms: 0 }],
    attempts: [{ n: 1, model: 'mini-dated', state: 'settled', cost: '0.000027000', held: '0.000100000' }],
    quality: { score: 1, floor: 0.8, met: true, checks: [] },
  });
  assertReceiptAdds(receipt);
  expect(receiptBody.safeParse(receipt).error).toBeUndefined();
});

const failed = {
  state: 'failed',
  error: { code: 'answer-invalid', detail: 'x', retryable: true, attempt: 2 },
} as const;
const invalid = anAttempt({ n: 1, price: mini, outcome: 'invalid', answer: null });
const silent = anAttempt({
  n: 2,
  price: mini,
  state: 'unknown',
  outcome: 'timeout',
  actual: 100_000n,
  tokens: null,
  answer: null,
});
const refused = anAttempt({
  n: 3,
  price: mini,
  state: 'released',
  outcome: 'rate-limited',
  actual: 0n,
  tokens: null,
  answer: null,
});
const open = anAttempt({
  n: 4,
  price: mini,
  state: 'held',
  outcome: null,
  actual: null,
  tokens: null,
  answer: null,
  ms: null,
});

test.each<[string, Partial<ReceiptParts>, { baseline: string; actual: string; saved: string; met: boolean | null }]>([
  [
    'nothing was called',
    { attempts: [], verdict: { state: 'aborted' } },
    { baseline: '0.000000000', actual: '0.000000000', saved: '0.000000000', met: null },
  ],
  [
    'a failed job has no baseline: what it paid is lost',
    { attempts: [invalid, silent], verdict: failed },
    { baseline: '0.000000000', actual: '0.000127000', saved: '-0.000127000', met: null },
  ],
  [
    'a canceled job that was answered has none either',
    { verdict: { state: 'canceled', result: {}, score: 1 } },
    { baseline: '0.000000000', actual: '0.000027000', saved: '-0.000027000', met: true },
  ],
  [
    'a second send counts against what was saved',
    { attempts: [invalid, anAttempt({ n: 2, price: mini })] },
    { baseline: '0.000450000', actual: '0.000054000', saved: '0.000396000', met: true },
  ],
  [
    'a call that was refused costs nothing',
    { attempts: [refused, anAttempt({ n: 4, price: mini })] },
    { baseline: '0.000450000', actual: '0.000027000', saved: '0.000423000', met: true },
  ],
  [
    'a hold of an earlier claim that is still open is not booked yet',
    { attempts: [open, anAttempt({ n: 5, price: mini })] },
    { baseline: '0.000450000', actual: '0.000027000', saved: '0.000423000', met: true },
  ],
  [
    'under the floor',
    { verdict: { state: 'succeeded', score: 0.5, checks: [] } },
    { baseline: '0.000450000', actual: '0.000027000', saved: '0.000423000', met: false },
  ],
  [
    'a bill over its hold is told in full',
    { attempts: [anAttempt({ price: mini, held: 1n })] },
    { baseline: '0.000450000', actual: '0.000027000', saved: '0.000423000', met: true },
  ],
])('%s', (_name, but, { baseline, actual, saved, met }) => {
  const receipt = composeReceipt(parts(but));
  expect([receipt.baseline.cost, receipt.actual, receipt.saved, receipt.quality.met]).toEqual([
    baseline,
    actual,
    saved,
    met,
  ]);
  assertReceiptAdds(receipt);
});

const rate = fc.bigInt({ min: 1n, max: 10n ** 11n });
const rates = fc.record({ input: rate, cacheRead: rate, cacheWrite: rate, output: rate });
const count = fc.nat(10_000_000);
const tokens = fc.record({ input: count, cacheRead: count, cacheWrite: count, output: count });
const nanos = fc.bigInt({ min: 0n, max: 10n ** 13n });

/** Attempts as the ledger leaves them: settled at what their tokens cost, unknown at the whole hold, released at nothing, or still open. */
const attempt = fc
  .record({
    state: fc.constantFrom('settled', 'unknown', 'released', 'held'),
    ok: fc.boolean(),
    rates,
    tokens,
    held: nanos,
  })
  .map(({ state, ok, rates, tokens, held }): Partial<AttemptRecord> => {
    const price = { ...mini, ...rates };
    if (state === 'settled')
      return { price, tokens, held, state, outcome: ok ? 'ok' : 'invalid', actual: priceUsage(price, tokens) };
    const actual = state === 'unknown' ? held : state === 'released' ? 0n : null;
    return { price, held, state: state as 'held', outcome: null, actual, tokens: null, answer: null };
  });

test('whatever happened, the lines sum to what was saved, and the attempts to what was paid', () =>
  fc.assert(
    fc.property(
      fc.array(attempt, { maxLength: 8 }),
      rates,
      fc.constantFrom('succeeded', 'failed', 'canceled', 'aborted'),
      (made, base, state) => {
        const attempts = made.map((but, index) => anAttempt({ ...but, n: index + 1 }));
        const receipt = composeReceipt(parts({ attempts, baseline: { ...gpt4o, ...base }, verdict: { state } }));
        assertReceiptAdds(receipt);
        expect(receiptBody.safeParse(receipt).error).toBeUndefined();
        expect(receipt.savings.escalation.startsWith('-') || /^0\.0+$/.test(receipt.savings.escalation)).toBe(true);
      },
    ),
  ));

test('what was booked is what is closed: an open hold is nobody’s bill yet', () =>
  expect(bookedOf([invalid, silent, refused, open])).toBe(127_000n));
