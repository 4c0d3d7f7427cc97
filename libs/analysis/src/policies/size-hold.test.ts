import { priceTokens } from '@winnow/kernel';
import { aPrice } from '@winnow/testing';
import fc from 'fast-check';
import { priceUsage } from './price-usage';
import { sizeHold } from './size-hold';

const mini = aPrice('openai/mini', '0.15', '0.60', '0.075');

test.each([
  ['nothing in, nothing out', mini, 0, 0, 0n],
  ['gpt-4o-mini: 1,000 in, 40 out', mini, 1_000, 40, 150_000n + 24_000n],
  ['a cache that costs more to write than the input', { ...mini, cacheWrite: 300_000_000n }, 1_000, 0, 300_000n],
  ['the whole of what it may answer', mini, 0, 16_384, 9_830_400n],
])('%s', (_name, price, input, most, nanos) => expect(sizeHold(price, input, most)).toBe(nanos));

test('no bill within the tokens that were counted is over the hold', () => {
  const rate = fc.bigInt({ min: 0n, max: 10n ** 11n });
  const price = fc.record({ input: rate, cacheRead: rate, cacheWrite: rate, output: rate }).map((rates) => ({
    ...mini,
    ...rates,
    // a discount is a discount
    cacheRead: rates.cacheRead < rates.input ? rates.cacheRead : rates.input,
  }));
  const count = fc.nat(200_000);
  fc.assert(
    fc.property(
      price,
      count,
      count,
      count,
      count,
      fc.nat(16_384),
      (price, input, cacheRead, cacheWrite, output, spare) => {
        const held = sizeHold(price, input + cacheRead + cacheWrite, output + spare);
        return priceUsage(price, { input, cacheRead, cacheWrite, output }) <= held;
      },
    ),
  );
});

test('a count that is none is a fault, not a price', () => {
  expect(() => sizeHold(mini, Number.NaN, 40)).toThrow(RangeError);
  expect(() => sizeHold(mini, -1, 40)).toThrow(RangeError);
  expect(priceTokens([])).toBe(0n);
});
