import type { NewPrice, Rates, ServiceTier } from '@winnow/analysis';
import { shippedModels } from './models';
import type { ShippedModel } from './read-table';
import { batchRates, withCacheWrite } from './service-tier-rates';

const tiersOf = (model: ShippedModel): [ServiceTier, Rates][] => [
  ['default', model],
  ...(model.batchRate === null
    ? []
    : [['batch', batchRates(model, model.batchRate, model.stacks)] as [ServiceTier, Rates]]),
  ...(['flex', 'priority'] as const).flatMap((tier): [ServiceTier, Rates][] => {
    const rates = model[tier];
    return rates === null ? [] : [[tier, withCacheWrite(rates, model)]];
  }),
];

/** One price a model and service tier. */
export const shippedPrices = (): NewPrice[] =>
  shippedModels.flatMap((model) =>
    tiersOf(model).map(([serviceTier, { input, cacheRead, cacheWrite, output }]) => ({
      provider: model.provider,
      model: model.model,
      serviceTier,
      from: `${model.from}T00:00:00.000Z`,
      input,
      cacheRead,
      cacheWrite,
      output,
      batchRate: serviceTier === 'default' ? model.batchRate : null,
      stacks: model.stacks,
      minimum: 0n,
      context: model.context,
      maxOutput: model.maxOutput,
      cacheMinTokens: model.cacheMinTokens,
      quarantine: null,
    })),
  );
