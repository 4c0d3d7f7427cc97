import { priceTokens } from '@winnow/kernel';
import { aPrice } from '@winnow/testing';
import fc from 'fast-check';
import { priceUsage } from './price-usage';
import { fitsPrice, sizeHold } from './size-hold';

const mini = aPrice('openai/mini', '0.15', '0.60', '0.075');

test.each([
  ['nothing in, nothing out', mini, 0, 0, 0n],
  ['gpt-4o-mini: 1,000 in, 40 out', mini, 1_000, 40, 150_000n + 24_000n],
  ['a cache that costs more to write than the input', { ...mini, cacheWrite: 300_000_000n }, 1_000, 0, 300_000n],
  ['the whole of what it may answer', mini, 0, 16_384, 9_830_400n],
])('%s', (_name, price, input, most, nanos) => expect(sizeHold(price, input, most)).toBe(nanos));

test.each([
  ['half as many again, and what a tool adds', 'anthropic', 1_000, 2_200],
  ['a part of a token is a token', 'anthropic', 1, 702],
  ['OpenAI counts as we do', 'openai', 1_000, 1_000],
])('another tokenizer is bounded: %s', (_name, provider, ours, theirs) =>
  expect(sizeHold({ ...mini, provider }, ours, 0)).toBe(BigInt(theirs) * 150n),
);

test('a call with a minimum holds no less', () => expect(sizeHold({ ...mini, minimum: 1_000n }, 1, 0)).toBe(1_000n));

test.each([
  ['no bounds are known', {}, 1_000_000, 100_000, true],
  ['exactly the context', { context: 1_100 }, 1_000, 100, true],
  ['a token over it', { context: 1_099 }, 1_000, 100, false],
  ['as our count is bounded for another tokenizer', { context: 2_299, provider: 'anthropic' }, 1_000, 100, false],
  ['an answer as long as it may be', { maxOutput: 100 }, 1_000, 100, true],
  ['a longer one', { maxOutput: 99 }, 1_000, 100, false],
])('whether the price holds: %s', (_name, more, input, most, fits) =>
  expect(fitsPrice({ ...mini, ...more }, input, most)).toBe(fits),
);

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
