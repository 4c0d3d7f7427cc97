import { tiers, type Tier } from '@winnow/contracts';
import { parseUsd } from '@winnow/kernel';
import type { PriceRule } from '../ports';

/** Dollars per million tokens, three of input to one of output: the mix that work with long prompts and short answers comes near. */
const mostOf: readonly (readonly [Tier, bigint])[] = [
  ['ultra', parseUsd('0.30')],
  ['light', parseUsd('0.60')],
  ['medium', parseUsd('1.50')],
  ['advanced', parseUsd('5')],
];
const dearest: Tier = tiers[tiers.length - 1] ?? 'premium';

/** The price band of a model. The comparison is of four times the blend, so that nothing is rounded. */
export const tierOfPrice = ({ input, output }: Pick<PriceRule, 'input' | 'output'>): Tier =>
  mostOf.find(([, most]) => 3n * input + output <= 4n * most)?.[0] ?? dearest;
