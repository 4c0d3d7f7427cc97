import { tierOfPrice, type Catalogue, type PriceRule, type Rung } from '@winnow/analysis';
import type { Tier } from '@winnow/contracts';
import type { Sql } from './database';

interface ModelRow {
  readonly provider: string;
  readonly model: string;
  readonly tier: Tier | null;
  readonly enabled: boolean;
  readonly set_by: string;
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
  readonly minimum: bigint;
  readonly context: number | null;
  readonly max_output: number | null;
  readonly cache_min_tokens: number | null;
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
  ...(row.minimum === 0n ? {} : { minimum: row.minimum }),
  ...(row.context === null ? {} : { context: row.context }),
  ...(row.max_output === null ? {} : { maxOutput: row.max_output }),
  ...(row.cache_min_tokens === null ? {} : { cacheMinTokens: row.cache_min_tokens }),
});

interface Prices {
  readonly standard: PriceRule;
  /** of the other service tiers */
  readonly others: readonly PriceRule[];
}

interface Named {
  readonly provider: string;
  readonly model: string;
}

const nameOf = ({ provider, model }: Named): string => `${provider}/${model}`;

const byModel = (rows: readonly PriceRow[]): Map<string, Prices> =>
  new Map(
    [...Map.groupBy(rows, nameOf)].flatMap(([name, group]): [string, Prices][] => {
      const rules = group.map(ruleOf);
      const standard = rules.find(({ serviceTier }) => serviceTier === 'default');
      return standard === undefined ? [] : [[name, { standard, others: rules.filter((rule) => rule !== standard) }]];
    }),
  );

export interface LiveCatalogue extends Catalogue {
  readonly refresh: () => Promise<void>;
}

/**
 * The newest prices that are in force, a model. A model without one is not in the catalogue, so nothing can call it; nor is one that an
 * operator has switched off, but its price still serves as a baseline.
 */
export const createCatalogue = (
  sql: Sql,
  providers: readonly string[],
  ladders: ReadonlyMap<string, readonly Named[]> = new Map(),
): LiveCatalogue => {
  const named = new Set([...ladders.values()].flat().map(nameOf));
  let models: readonly ModelRow[] = [];
  let prices = new Map<string, Prices>();
  let rungs: readonly Rung[] = [];
  let callable = new Map<string, Rung>();
  const rungOf = (row: ModelRow): Rung[] => {
    const found = prices.get(nameOf(row));
    if (found === undefined || !providers.includes(row.provider)) return [];
    const { standard, others } = found;
    const tier = row.tier ?? tierOfPrice(standard);
    return [{ provider: row.provider, model: row.model, tier, price: standard, ...(others.length > 0 && { others }) }];
  };
  return {
    refresh: async () => {
      const rows = await sql.query<PriceRow>(
        `SELECT DISTINCT ON (provider, model, service_tier) id, provider, model, service_tier, input, cache_read, cache_write, output, minimum,
                context, max_output, cache_min_tokens
           FROM price WHERE quarantine IS NULL AND from_at <= now() ORDER BY provider, model, service_tier, from_at DESC`,
      );
      models = await sql.query<ModelRow>(
        'SELECT provider, model, tier, enabled, set_by FROM model ORDER BY place, provider, model',
      );
      prices = byModel(rows);
      rungs = models.filter(({ enabled }) => enabled).flatMap(rungOf);
      // What a ladder names is called although it is shipped switched off; what an operator has switched off is not.
      const other = models.filter((row) => !row.enabled && row.set_by !== 'operator' && named.has(nameOf(row)));
      callable = new Map([...rungs, ...other.flatMap(rungOf)].map((rung) => [nameOf(rung), rung]));
    },
    rungsOf: (tier) => rungs.filter((rung) => rung.tier === tier),
    rung: (provider, model) => callable.get(nameOf({ provider, model })),
    configured: (task) =>
      (ladders.get(task) ?? ladders.get('*') ?? []).flatMap((one) => callable.get(nameOf(one)) ?? []),
    baseline: (model) =>
      models.filter((row) => row.model === model).flatMap((row) => prices.get(nameOf(row))?.standard ?? [])[0],
  };
};
