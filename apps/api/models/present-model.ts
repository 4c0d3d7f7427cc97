import { tierOfPrice } from '@winnow/analysis';
import type { ModelOut } from '@winnow/contracts';
import { printUsd, type BreakerState } from '@winnow/kernel';
import type { ModelPrice, ModelRow } from '@winnow/storage';

/** Millionths as a decimal, as money is: equal shares are equal strings. */
const printShare = (millionths: number): string => (millionths / 1_000_000).toFixed(6);

const dollars = (nano: string): string => printUsd(BigInt(nano));

const presentPrice = (price: ModelPrice, inForce: readonly string[]): ModelOut['prices'][number] => ({
  version: price.id,
  from: new Date(price.from_at).toISOString(),
  serviceTier: price.service_tier,
  input: dollars(price.input),
  cacheRead: dollars(price.cache_read),
  cacheWrite: dollars(price.cache_write),
  output: dollars(price.output),
  batchRate: price.batch_rate === null ? null : printShare(price.batch_rate),
  stacks: price.stacks,
  minimum: dollars(price.minimum),
  cacheMinTokens: price.cache_min_tokens,
  source: price.source,
  inForce: inForce.includes(price.id),
  quarantine: price.quarantine,
});

/** What a model's switch stands for only where it can be called at all: priced, and its provider configured. */
export const presentModel = (row: ModelRow, providers: readonly string[], breaker: BreakerState | null): ModelOut => {
  const current = row.prices.find(({ id, service_tier }) => service_tier === 'default' && row.inForce.includes(id));
  const byPrice =
    current === undefined ? null : tierOfPrice({ input: BigInt(current.input), output: BigInt(current.output) });
  return {
    object: 'model',
    id: `${row.provider}/${row.model}`,
    provider: row.provider,
    model: row.model,
    tier: row.tier ?? byPrice,
    prices: row.prices.map((price) => presentPrice(price, row.inForce)),
    context: current?.context ?? null,
    maxOutput: current?.max_output ?? null,
    breaker,
    enabled: row.enabled && current !== undefined && providers.includes(row.provider),
    order: row.place,
  };
};
