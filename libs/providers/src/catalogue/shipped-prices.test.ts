import { priceIdOf, serviceTiers, tierOfPrice } from '@winnow/analysis';
import { providerNames, tiers } from '@winnow/contracts';
import { shippedModels } from './models';
import { shippedPrices } from './shipped-prices';

const prices = shippedPrices();
const ids = new Set(prices.map(priceIdOf));
const priceOf = (id: string) => prices.find((price) => priceIdOf(price) === id);

test('gpt-4o-mini’s input token is 150 nano-dollars', () =>
  expect(priceOf('openai/gpt-4o-mini@2024-07-18')).toMatchObject({
    input: 150_000_000n,
    cacheRead: 75_000_000n,
    cacheWrite: 150_000_000n,
    output: 600_000_000n,
    context: 128_000,
    batchRate: 500_000,
  }));

test.each([
  ['discounts do not stack', 'openai/gpt-4o-mini@2024-07-18+batch', 75_000_000n, 75_000_000n, 300_000_000n],
  ['discounts stack', 'anthropic/claude-haiku-4-5@2025-10-01+batch', 500_000_000n, 50_000_000n, 2_500_000_000n],
  ['flex', 'openai/gpt-5-mini@2025-08-07+flex', 125_000_000n, 12_500_000n, 1_000_000_000n],
  ['priority', 'openai/gpt-4o@2024-08-06+priority', 4_250_000_000n, 2_125_000_000n, 17_000_000_000n],
])('%s: %s', (_name, id, input, cacheRead, output) => expect(priceOf(id)).toMatchObject({ input, cacheRead, output }));

test.each([
  'openai/gpt-4o-mini@2024-07-18',
  'groq/openai/gpt-oss-20b@2025-08-05',
  'openai/gpt-4.1-nano@2025-04-14',
  'openai/gpt-4.1-mini@2025-04-14',
  'openai/gpt-4o@2024-08-06',
  'openrouter/openai/gpt-4o@2024-08-06',
])('%s is what receipts refer to', (id) => expect(ids).toContain(id));

test('nothing is free, and a discount is a discount', () => {
  for (const price of prices) {
    expect(price.input).toBeGreaterThan(0n);
    expect(price.output).toBeGreaterThan(0n);
    expect(price.cacheRead).toBeGreaterThan(0n);
    expect(price.cacheRead).toBeLessThanOrEqual(price.input);
    expect(price.cacheWrite).toBeGreaterThanOrEqual(price.input);
  }
});

test('one price a model, service tier and date', () => {
  expect(ids.size).toBe(prices.length);
  for (const { from, serviceTier } of prices) {
    expect(new Date(from).toISOString()).toBe(from);
    expect(serviceTiers).toContain(serviceTier);
  }
});

test('every model is of a known provider, every tier can be routed to, and the cheapest has a fallback', () => {
  for (const { provider } of shippedModels) expect(providerNames).toContain(provider);
  const routable = shippedModels.filter((model) => model.routable);
  expect(new Set(routable.map(tierOfPrice))).toEqual(new Set(tiers));
  const cheapest = routable.filter((model) => tierOfPrice(model) === 'ultra');
  expect(cheapest.slice(0, 3).map(({ provider, model }) => `${provider}/${model}`)).toEqual([
    'openai/gpt-4o-mini',
    'groq/openai/gpt-oss-20b',
    'openai/gpt-4.1-nano',
  ]);
});

test.each(['gpt-3.5-turbo', 'claude-3-haiku', 'llama-3.1-8b-instant'])(
  '%s is priced for replays and never routed to',
  (name) => expect(shippedModels.find(({ model }) => model === name)).toMatchObject({ routable: false }),
);
