import { tierOfPrice } from '@winnow/analysis';
import { providerNames } from '@winnow/contracts';
import { printUsd } from '@winnow/kernel';
import { alignTable } from '@winnow/providers';
import { createModels, type ModelRow } from '@winnow/storage';
import { say, sayJson } from './say';
import { withDatabase } from './with-database';

const asLine = (row: ModelRow) => {
  const price = row.prices.find(({ id, service_tier }) => service_tier === 'default' && row.inForce.includes(id));
  const rates = price && { input: BigInt(price.input), output: BigInt(price.output) };
  return {
    model: `${row.provider}/${row.model}`,
    tier: row.tier ?? (rates ? tierOfPrice(rates) : null),
    enabled: row.enabled && price !== undefined,
    input: rates ? printUsd(rates.input) : null,
    output: rates ? printUsd(rates.output) : null,
    price: price?.id ?? null,
  };
};

/** All models that are known, in the order in which a tier tries them: configured providers or not. */
export const listModels = (url: string, json: boolean): Promise<void> =>
  withDatabase(url, async (db) => {
    const lines = (await createModels(db).list(providerNames)).map(asLine);
    if (json) return sayJson(lines);
    const head = ['model', 'tier', 'on', 'input', 'output', 'price'];
    const cells = lines.map(({ model, tier, enabled, input, output, price }) => [
      model,
      tier ?? '-',
      enabled ? 'on' : 'off',
      input ?? '-',
      output ?? '-',
      price ?? 'unpriced',
    ]);
    say(alignTable([head, ...cells]));
  });
