import type { Catalogue, PriceRule, Rung } from '@winnow/analysis';
import type { Tier } from '@winnow/contracts';
import type { Sql } from './database';

/** A model that may be routed to, as shipped: its place in the order of its tier, and the tier itself. */
export interface ModelEntry {
  readonly provider: string;
  readonly model: string;
  readonly tier: Tier;
}

interface PriceRow {
  readonly id: string;
  readonly provider: string;
  readonly model: string;
  readonly service_tier: string;
  readonly input: bigint;
  readonly cache_read: bigint;
  readonly cache_write: bigint;
  readonly output: bigint;
}

const ruleOf = (row: PriceRow): PriceRule => ({
  id: row.id,
  provider: row.provider,
  model: row.model,
  serviceTier: row.service_tier,
  input: row.input,
  cacheRead: row.cache_read,
  cacheWrite: row.cache_write,
  output: row.output,
});

export interface LiveCatalogue extends Catalogue {
  readonly refresh: () => Promise<void>;
}

/** The newest price that is in force, a model. A model without one is not in the catalogue, so nothing can call it. */
export const createCatalogue = (
  sql: Sql,
  models: readonly ModelEntry[],
  providers: readonly string[],
): LiveCatalogue => {
  let prices = new Map<string, PriceRule>();
  const priceOf = (provider: string, model: string) => prices.get(`${provider}/${model}`);
  const rungOf = ({ provider, model, tier }: ModelEntry): Rung | undefined => {
    const price = priceOf(provider, model);
    return price === undefined || !providers.includes(provider) ? undefined : { provider, model, tier, price };
  };
  return {
    refresh: async () => {
      const rows = await sql.query<PriceRow>(
        `SELECT DISTINCT ON (provider, model) id, provider, model, service_tier, input, cache_read, cache_write, output
           FROM price WHERE service_tier = 'default' AND from_at <= now() ORDER BY provider, model, from_at DESC`,
      );
      prices = new Map(rows.map((row) => [`${row.provider}/${row.model}`, ruleOf(row)]));
    },
    rungsOf: (tier) => models.filter((entry) => entry.tier === tier).flatMap((entry) => rungOf(entry) ?? []),
    rung: (provider, model) => {
      const entry = models.find((one) => one.provider === provider && one.model === model);
      return entry === undefined ? undefined : rungOf(entry);
    },
    baseline: (model) => models.filter((one) => one.model === model).map((one) => priceOf(one.provider, one.model))[0],
  };
};
