import type { NewPrice } from '@winnow/analysis';
import { judgePrice } from './judge-price';

export interface PriceChange {
  readonly what: 'new' | 'changed' | 'same' | 'older';
  readonly price: NewPrice;
  readonly before: NewPrice | null;
}

const keyOf = ({ provider, model, serviceTier }: NewPrice): string => `${provider}/${model} ${serviceTier}`;

const rates = ['input', 'cacheRead', 'cacheWrite', 'output'] as const;
const bounds = ['context', 'maxOutput'] as const;

/** A bound that the file does not state is no change. */
const isSame = (known: NewPrice, price: NewPrice): boolean =>
  rates.every((field) => known[field] === price[field]) &&
  bounds.every((field) => price[field] === null || price[field] === known[field]);

const newest = (prices: readonly NewPrice[]): NewPrice | undefined =>
  prices.toSorted((a, b) => Date.parse(b.from) - Date.parse(a.from))[0];

/**
 * What a file would change: each of its prices beside the newest that is known of the model and service tier. A price that is known, also one
 * in quarantine, is not written twice; one that is older than what is known changes nothing.
 */
export const diffPrices = (known: readonly NewPrice[], file: readonly NewPrice[]): PriceChange[] => {
  const groups = Map.groupBy(known, keyOf);
  const standards = new Map(
    file
      .filter(({ serviceTier }) => serviceTier === 'default')
      .map((price) => [`${price.provider}/${price.model}`, price]),
  );
  return file.map((price): PriceChange => {
    const before = groups.get(keyOf(price)) ?? [];
    const last = newest(before);
    const believed = newest(before.filter(({ quarantine }) => quarantine === null)) ?? null;
    if (last !== undefined && isSame(last, price)) return { what: 'same', price: last, before: believed };
    if (last !== undefined && Date.parse(last.from) >= Date.parse(price.from))
      return { what: 'older', price, before: believed };
    const quarantine = judgePrice(price, believed ?? undefined, standards.get(`${price.provider}/${price.model}`));
    return { what: last === undefined ? 'new' : 'changed', price: { ...price, quarantine }, before: believed };
  });
};

export interface DiffCounts {
  readonly new: number;
  readonly changed: number;
  readonly same: number;
  readonly older: number;
  /** of the new and changed ones */
  readonly quarantined: number;
}

/** Only these are written. */
export const isWritten = ({ what }: PriceChange): boolean => what === 'new' || what === 'changed';

export const countChanges = (changes: readonly PriceChange[]): DiffCounts => {
  const of = (what: PriceChange['what']): number => changes.filter((change) => change.what === what).length;
  return {
    new: of('new'),
    changed: of('changed'),
    same: of('same'),
    older: of('older'),
    quarantined: changes.filter((change) => isWritten(change) && change.price.quarantine !== null).length,
  };
};
