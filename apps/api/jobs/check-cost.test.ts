import { createTaskRegistry, type PriceRule, type Rung, type TokenCounter } from '@winnow/analysis';
import type { AnyTask, Tier } from '@winnow/contracts';
import { checkCost } from './check-cost';

const task = createTaskRegistry().find('review.sentiment') as AnyTask;
const input = { text: 'Great sound', detail: false };

// $1 a million tokens in, $2 out: a thousandth of a cent a token.
const priceOf = (input: bigint, output: bigint): PriceRule => ({
  id: 'p',
  provider: 'openai',
  model: 'm',
  serviceTier: 'default',
  input,
  cacheRead: input,
  cacheWrite: input,
  output,
});
const rungOf = (price: PriceRule): Rung => ({ provider: 'openai', model: 'm', tier: 'ultra', price });
const dear = rungOf(priceOf(10_000_000_000n, 20_000_000_000n));
const cheap = rungOf(priceOf(1_000_000_000n, 2_000_000_000n));

const house = (rungs: readonly Rung[]) => {
  const at = { counted: 0 };
  const counter: TokenCounter = { text: () => 20, chat: () => 80 };
  const catalogue = { rungsOf: (tier: Tier) => (tier === 'ultra' ? rungs : []), configured: () => [] };
  const tokens = async (): Promise<TokenCounter> => {
    at.counted += 1;
    return counter;
  };
  const check = (cap: bigint) => checkCost({ catalogue, tokens }, { task, input, inputBytes: 40, cap });
  return { at, check };
};

// 100 tokens in at $1 and 24 out at $2 a million
const worst = 148_000n;

describe('whether a cap can pay for the cheapest call', () => {
  it('does not count tokens where the bytes alone fit', async () => {
    const { at, check } = house([cheap]);
    await check(50_000_000n);
    expect(at.counted).toBe(0);
  });

  it.each<[string, bigint, boolean]>([
    ['at its worst case', worst, true],
    ['one nano-dollar under', worst - 1n, false],
    ['nothing', 0n, false],
  ])('a cap %s', async (_, cap, fits) => {
    const { check } = house([dear, cheap]);
    if (fits) await expect(check(cap)).resolves.toBeUndefined();
    else
      await expect(check(cap)).rejects.toMatchObject({
        code: 'request-cost-too-high',
        extra: { cheapest: '0.000148000', errors: [{ pointer: '/terms/maxCost', code: 'too-small' }] },
      });
  });

  it('refuses where nothing that can be called has a price', async () => {
    await expect(house([]).check(50_000_000n)).rejects.toMatchObject({ code: 'model-unpriced' });
  });
});
