import type { NewPrice, Rates, ServiceTier } from '@winnow/analysis';
import { providerNames } from '@winnow/contracts';
import { batchRates, withCacheWrite } from '../catalogue/service-tier-rates';
import { parseTokenRate } from './decimal-rate';
import { batchRateAt, stacksAt } from './provider-rules';

export interface ParsedFile {
  /** the file's own date; null where it has none */
  readonly from: string | null;
  readonly prices: readonly NewPrice[];
  /** models of our providers without a price that could be charged */
  readonly free: readonly string[];
  /** entries that are no chat models of our providers */
  readonly skipped: number;
}

type Entry = Readonly<Record<string, unknown>>;

/** Keys of the file that are not models. */
const notModels = new Set(['sample_spec', 'last_updated']);
const ours = new Set<unknown>(providerNames.filter((name) => name !== 'custom'));
const mostModels = 20_000;
const longestName = 250;

const isEntry = (value: unknown): value is Entry =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const count = (value: unknown): number | null =>
  typeof value === 'number' && Number.isSafeInteger(value) && value > 0 && value <= 100_000_000 ? value : null;

const paid = (rate: bigint | null): rate is bigint => rate !== null && rate > 0n;

/** Prices above so many tokens are other prices: the one that is taken over holds up to there. */
const contextOf = (entry: Entry): number | null => {
  const steps = Object.keys(entry).flatMap((key) => {
    const match = /^(?:in|out)put_cost_per_token_above_(\d{1,6})k_tokens$/.exec(key);
    return match === null ? [] : [Number(match[1]) * 1_000];
  });
  const bounds = [count(entry['max_input_tokens']), ...steps].filter((bound) => bound !== null);
  return bounds.length === 0 ? null : Math.min(...bounds);
};

const standardRates = (entry: Entry): Rates | null => {
  const input = parseTokenRate(entry['input_cost_per_token']);
  const output = parseTokenRate(entry['output_cost_per_token']);
  if (!paid(input) || !paid(output)) return null;
  const cacheRead = parseTokenRate(entry['cache_read_input_token_cost']);
  const cacheWrite = parseTokenRate(entry['cache_creation_input_token_cost']);
  // A cache that costs nothing to read is more likely a gap in the file than a gift.
  return {
    input,
    output,
    cacheRead: paid(cacheRead) ? cacheRead : input,
    cacheWrite: paid(cacheWrite) ? cacheWrite : input,
  };
};

const tierRates = (entry: Entry, base: Rates, tier: 'flex' | 'priority'): Rates | null => {
  const input = parseTokenRate(entry[`input_cost_per_token_${tier}`]);
  const output = parseTokenRate(entry[`output_cost_per_token_${tier}`]);
  if (!paid(input) || !paid(output)) return null;
  const cacheRead = parseTokenRate(entry[`cache_read_input_token_cost_${tier}`]);
  return withCacheWrite({ input, output, cacheRead: paid(cacheRead) ? cacheRead : input }, base);
};

const millionths = (part: bigint, whole: bigint): number | null => {
  const rate = Number((part * 1_000_000n + whole - 1n) / whole);
  return rate >= 1 && rate <= 1_000_000 ? rate : null;
};

const batchRateOf = (entry: Entry, provider: string, base: Rates): number | null => {
  const input = parseTokenRate(entry['input_cost_per_token_batches']);
  const output = parseTokenRate(entry['output_cost_per_token_batches']);
  if (!paid(input) || !paid(output)) return batchRateAt[provider] ?? null;
  // The dearer share of the two stands for both: a hold has to be a bound.
  const rates = [millionths(input, base.input), millionths(output, base.output)].filter((rate) => rate !== null);
  return rates.length === 2 ? Math.max(...rates) : null;
};

interface Named {
  readonly provider: string;
  readonly model: string;
}

const nameOf = (key: string, entry: Entry): Named | null => {
  const provider = entry['litellm_provider'];
  if (!ours.has(provider) || entry['mode'] !== 'chat' || typeof provider !== 'string') return null;
  const model = key.startsWith(`${provider}/`) ? key.slice(provider.length + 1) : key;
  return /^[\w.:@/+-]+$/.test(model) && model.length <= longestName ? { provider, model } : null;
};

const pricesOf = ({ provider, model }: Named, entry: Entry, base: Rates, from: string): NewPrice[] => {
  const stacks = stacksAt[provider] ?? false;
  const batchRate = batchRateOf(entry, provider, base);
  const shared = { provider, model, from, stacks, minimum: 0n, quarantine: null, context: contextOf(entry) };
  const bounds = {
    maxOutput: count(entry['max_output_tokens']),
    cacheMinTokens: count(entry['prompt_cache_min_tokens']),
  };
  const tiers: [ServiceTier, Rates | null][] = [
    ['default', base],
    ['batch', batchRate === null ? null : batchRates(base, batchRate, stacks)],
    ['flex', tierRates(entry, base, 'flex')],
    ['priority', tierRates(entry, base, 'priority')],
  ];
  return tiers.flatMap(([serviceTier, rates]) =>
    rates === null
      ? []
      : [{ ...shared, ...bounds, ...rates, serviceTier, batchRate: serviceTier === 'default' ? batchRate : null }],
  );
};

const dateOf = (value: unknown): string | null => {
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? null : new Date(time).toISOString();
};

/**
 * A file in LiteLLM's format: an object of models, dollars a token. Only chat models of providers that we speak to are taken; a name that
 * stands in the file twice, with its provider before it and without, counts once, as the one with the provider.
 */
export const parseLitellm = (text: string, fallback: string): ParsedFile => {
  const file: unknown = JSON.parse(text);
  if (!isEntry(file)) throw new SyntaxError('the file is no object of models');
  const all = Object.entries(file);
  if (all.length > mostModels) throw new RangeError(`the file has over ${mostModels} models`);
  const from = dateOf(file['last_updated']);
  const prices = new Map<string, NewPrice[]>();
  const free: string[] = [];
  let skipped = 0;
  // Names with their provider come last, so that they win.
  for (const [key, entry] of all.toSorted(([a], [b]) => Number(a.includes('/')) - Number(b.includes('/')))) {
    if (notModels.has(key)) continue;
    const name = isEntry(entry) ? nameOf(key, entry) : null;
    if (name === null || !isEntry(entry)) {
      skipped += 1;
      continue;
    }
    const base = standardRates(entry);
    if (base === null) free.push(`${name.provider}/${name.model}`);
    else prices.set(`${name.provider}/${name.model}`, pricesOf(name, entry, base, from ?? fallback));
  }
  return { from, prices: [...prices.values()].flat(), free: free.filter((name) => !prices.has(name)), skipped };
};
