import { providerNames, tiers } from '@winnow/contracts';
import { shippedModels } from './models';
import { shippedPrices } from './shipped-prices';

test('gpt-4o-mini’s input token is 150 nano-dollars', () =>
  expect(shippedPrices().find(({ model }) => model === 'gpt-4o-mini')).toMatchObject({
    input: 150_000_000n,
    cacheRead: 75_000_000n,
    cacheWrite: 150_000_000n,
    output: 600_000_000n,
  }));

test('nothing is free, and a discount is a discount', () => {
  for (const price of shippedPrices()) {
    expect(price.input).toBeGreaterThan(0n);
    expect(price.output).toBeGreaterThan(0n);
    expect(price.cacheRead).toBeGreaterThan(0n);
    expect(price.cacheRead).toBeLessThanOrEqual(price.input);
  }
});

test('one price a model and date', () => {
  const names = shippedPrices().map(({ provider, model, from }) => `${provider}/${model}@${from}`);
  expect(new Set(names).size).toBe(names.length);
  for (const { from } of shippedModels)
    expect(new Date(`${from}T00:00:00Z`).toISOString()).toMatch(new RegExp(`^${from}`));
});

test('every model is of a known provider and tier, the baseline is among them, and the cheapest tier has a fallback', () => {
  for (const { provider, tier } of shippedModels) {
    expect(providerNames).toContain(provider);
    expect(tiers).toContain(tier);
  }
  expect(shippedModels.some(({ model }) => model === 'gpt-4o')).toBe(true);
  expect(
    new Set(shippedModels.filter(({ tier }) => tier === 'ultra').map(({ provider }) => provider)).size,
  ).toBeGreaterThan(1);
});
