import type { Catalogue, PriceRule, Rung } from '@winnow/analysis';
import type { Tier } from '@winnow/contracts';
import { parseUsd } from '@winnow/kernel';

/** A price in dollars per million tokens. */
export const aPrice = (name: string, input: string, output: string, cacheRead = input): PriceRule => {
  const [provider = '', ...model] = name.split('/');
  return {
    id: `${name}@2026-01-01`,
    provider,
    model: model.join('/'),
    serviceTier: 'default',
    input: parseUsd(input),
    cacheRead: parseUsd(cacheRead),
    cacheWrite: parseUsd(input),
    output: parseUsd(output),
  };
};

/** `aRung('openai/mini', 'ultra', '0.15', '0.60')` */
export const aRung = (name: string, tier: Tier, input: string, output: string, cacheRead?: string): Rung => {
  const price = aPrice(name, input, output, cacheRead);
  return { provider: price.provider, model: price.model, tier, price };
};

export const createFakeCatalogue = (
  rungs: readonly Rung[],
  baselines: readonly PriceRule[] = [],
  configured: readonly Rung[] = [],
): Catalogue => ({
  rungsOf: (tier) => rungs.filter((rung) => rung.tier === tier),
  configured: () => configured,
  rung: (provider, model) => rungs.find((rung) => rung.provider === provider && rung.model === model),
  baseline: (model) => baselines.find((price) => price.model === model),
});
