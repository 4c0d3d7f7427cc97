import { aPrice } from '@winnow/testing';
import fc from 'fast-check';
import { pricePlain, priceUsage } from './price-usage';

const mini = { ...aPrice('openai/mini', '0.15', '0.60', '0.075'), cacheWrite: 187_500_000n };
const tokens = (input: number, cacheRead: number, cacheWrite: number, output: number) => ({
  input,
  cacheRead,
  cacheWrite,
  output,
});

test.each([
  ['one input token of gpt-4o-mini is 150 nano-dollars', tokens(1, 0, 0, 0), 150n, 150n],
  ['a cached one is half', tokens(0, 2, 0, 0), 150n, 300n],
  ['writing the cache costs a quarter more', tokens(0, 0, 2, 0), 375n, 300n],
  ['output', tokens(0, 0, 0, 1), 600n, 600n],
  ['all four', tokens(100, 64, 8, 20), 15_000n + 4_800n + 1_500n + 12_000n, 15_000n + 9_600n + 1_200n + 12_000n],
  ['nothing', tokens(0, 0, 0, 0), 0n, 0n],
])('%s', (_name, used, billed, plain) => {
  expect(priceUsage(mini, used)).toBe(billed);
  expect(pricePlain(mini, used)).toBe(plain);
});

test('a call is never billed less than the minimum', () => {
  const least = { ...mini, minimum: 1_000n };
  expect(priceUsage(least, tokens(1, 0, 0, 0))).toBe(1_000n);
  expect(pricePlain(least, tokens(1, 0, 0, 0))).toBe(1_000n);
  expect(priceUsage(least, tokens(100, 0, 0, 0))).toBe(15_000n);
});

test('rounded once: parts differ from the whole by less than a nano-dollar each', () => {
  const count = fc.nat(1_000_000);
  const rate = fc.bigInt({ min: 0n, max: 10n ** 9n });
  fc.assert(
    fc.property(count, count, rate, rate, (input, output, inputRate, outputRate) => {
      const price = { ...mini, input: inputRate, output: outputRate };
      const whole = priceUsage(price, tokens(input, 0, 0, output));
      const parts = priceUsage(price, tokens(input, 0, 0, 0)) + priceUsage(price, tokens(0, 0, 0, output));
      return whole - parts <= 1n && parts - whole <= 1n;
    }),
  );
});
