import { tiers } from '@winnow/contracts';
import { parseUsd } from '@winnow/kernel';
import fc from 'fast-check';
import { tierOfPrice } from './tier-of-price';

const tierOf = (input: string, output: string) => tierOfPrice({ input: parseUsd(input), output: parseUsd(output) });

test.each([
  ['gpt-4o-mini', '0.15', '0.60', 'ultra'],
  ['exactly the most of ultra', '0.30', '0.30', 'ultra'],
  ['a nano-dollar over it', '0.30', '0.300000001', 'light'],
  ['claude-3-haiku', '0.25', '1.25', 'light'],
  ['gpt-4.1-mini', '0.40', '1.60', 'medium'],
  ['exactly the most of medium', '1.50', '1.50', 'medium'],
  ['gpt-4o', '2.50', '10', 'advanced'],
  ['exactly the most of advanced', '5', '5', 'advanced'],
  ['claude-sonnet-4-5', '3', '15', 'premium'],
])('%s: %s in, %s out is %s', (_name, input, output, tier) => expect(tierOf(input, output)).toBe(tier));

test('a dearer price is never in a cheaper tier', () => {
  const rate = fc.bigInt({ min: 1n, max: 10n ** 11n });
  fc.assert(
    fc.property(rate, rate, rate, rate, (input, output, more, evenMore) => {
      const cheap = tiers.indexOf(tierOfPrice({ input, output }));
      expect(tiers.indexOf(tierOfPrice({ input: input + more, output: output + evenMore }))).toBeGreaterThanOrEqual(
        cheap,
      );
    }),
  );
});
