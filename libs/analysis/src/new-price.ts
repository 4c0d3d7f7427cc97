import type { Nano } from '@winnow/kernel';

export const serviceTiers = ['default', 'batch', 'flex', 'priority'] as const;
export type ServiceTier = (typeof serviceTiers)[number];

/** Nano-dollars per million tokens of each of the four buckets of usage. */
export interface Rates {
  readonly input: Nano;
  readonly cacheRead: Nano;
  readonly cacheWrite: Nano;
  readonly output: Nano;
}

/** A price that is about to be written down. Once it is, it never changes. */
export interface NewPrice extends Rates {
  readonly provider: string;
  readonly model: string;
  readonly serviceTier: ServiceTier;
  /** RFC 3339, in UTC */
  readonly from: string;
  /** millionths of this price that a batch pays; null: no batch */
  readonly batchRate: number | null;
  /** whether the discount of cached tokens also holds in a batch */
  readonly stacks: boolean;
  /** the least that a call is billed */
  readonly minimum: Nano;
  /** tokens for which the price holds */
  readonly context: number | null;
  readonly maxOutput: number | null;
  /** a shorter prefix is never cached */
  readonly cacheMinTokens: number | null;
  /** why it is not believed; null: it is in force from its date */
  readonly quarantine: string | null;
}

/** `openai/gpt-4o-mini@2024-07-18`, of another service tier `…@2024-07-18+batch`: what holds, receipts and entries refer to. */
export const priceIdOf = ({
  provider,
  model,
  serviceTier,
  from,
}: Pick<NewPrice, 'provider' | 'model' | 'serviceTier' | 'from'>): string =>
  `${provider}/${model}@${from.replace(/T00:00:00(\.000)?Z$/, '')}${serviceTier === 'default' ? '' : `+${serviceTier}`}`;
