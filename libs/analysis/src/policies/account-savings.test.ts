import { savingsLines } from '@winnow/contracts';
import { aPrice } from '@winnow/testing';
import fc from 'fast-check';
import { accountSavings, assertAdds, type AnswerBill } from './account-savings';
import { priceUsage } from './price-usage';

const gpt4o = aPrice('openai/gpt-4o', '2.50', '10', '1.25');
const mini = aPrice('openai/mini', '0.15', '0.60', '0.075');
const bill = (price: typeof mini, tokens: AnswerBill['tokens']): AnswerBill => ({
  price,
  tokens,
  billed: priceUsage(price, tokens),
});
const plain = { input: 100, cacheRead: 0, cacheWrite: 0, output: 20 };
const cached = { input: 36, cacheRead: 64, cacheWrite: 0, output: 20 };
const asBaseline = 450_000n;

test.each<[string, AnswerBill | null, bigint, Partial<Record<(typeof savingsLines)[number], bigint>>, bigint?]>([
  ['a cheaper model', bill(mini, plain), 27_000n, { routed: 423_000n }],
  ['the baseline model itself saves nothing', bill(gpt4o, plain), 450_000n, {}],
  [
    'a prompt that the provider had cached',
    bill(mini, cached),
    22_200n,
    { routed: 423_000n, 'provider-cache': 4_800n },
  ],
  ['a first answer that could not be used', bill(mini, plain), 54_000n, { routed: 423_000n, escalation: -27_000n }],
  ['more paid on the way than was saved', bill(mini, plain), 900_000n, { routed: 423_000n, escalation: -873_000n }],
  [
    'an answer that another model checked',
    bill(mini, plain),
    477_000n,
    { routed: 423_000n, audit: -450_000n },
    450_000n,
  ],
  ['no answer: nothing would have been bought', null, 100_000n, { escalation: -100_000n }],
  ['no answer, although one was checked', null, 100_000n, { escalation: -40_000n, audit: -60_000n }, 60_000n],
  ['nothing at all', null, 0n, {}],
])('%s', (_name, answer, actual, lines, audited = 0n) => {
  const account = accountSavings(answer, gpt4o, { actual, audited });
  const baseline = answer === null ? 0n : asBaseline;
  expect(account).toMatchObject({ baseline, actual, saved: baseline - actual });
  expect(Object.fromEntries(Object.entries(account.savings).filter(([, nanos]) => nanos !== 0n))).toEqual(lines);
});

const rate = fc.bigInt({ min: 0n, max: 10n ** 11n });
const aRate = fc.record({ input: rate, cacheRead: rate, cacheWrite: rate, output: rate });
const someTokens = fc.record({
  input: fc.nat(1e6),
  cacheRead: fc.nat(1e6),
  cacheWrite: fc.nat(1e6),
  output: fc.nat(1e6),
});

const someNanos = fc.bigInt({ min: 0n, max: 10n ** 15n });

test('the lines sum to baseline minus actual, whatever was used, cached and paid on the way', () =>
  fc.assert(
    fc.property(aRate, aRate, someTokens, someNanos, someNanos, (base, used, tokens, extra, audited) => {
      const answer = bill({ ...mini, ...used }, tokens);
      const actual = answer.billed + extra + audited;
      const account = accountSavings(answer, { ...gpt4o, ...base }, { actual, audited });
      const sum = savingsLines.reduce((total, line) => total + account.savings[line], 0n);
      expect(sum).toBe(account.baseline - account.actual);
      expect(account.saved).toBe(sum);
      // what was paid besides the answer is never told as a saving
      expect(account.savings.escalation).toBe(-extra);
      expect(account.savings.audit).toBe(-audited);
    }),
  ));

test('a bill that differs from the price list is a matter of the provider, not of escalation', () => {
  const { savings } = accountSavings({ price: mini, tokens: plain, billed: 20_000n }, gpt4o, {
    actual: 20_000n,
    audited: 0n,
  });
  expect([savings['provider-cache'], savings.escalation]).toEqual([7_000n, 0n]);
});

test('an account that does not add up is never written', () => {
  const account = accountSavings(bill(mini, plain), gpt4o, { actual: 27_000n, audited: 0n });
  expect(() => assertAdds({ ...account, savings: { ...account.savings, routed: 1n } })).toThrow(
    /the savings add up to/,
  );
  expect(() => assertAdds({ ...account, saved: account.saved + 1n })).toThrow(/the savings add up to/);
  expect(() => assertAdds({ ...account, actual: 0n })).toThrow(/the savings add up to/);
});
