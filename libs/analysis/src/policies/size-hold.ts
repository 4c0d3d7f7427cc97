import { priceTokens, type Nano } from '@winnow/kernel';
import type { PriceRule } from '../ports';

/** The most that a call can cost: every input token at its dearest, and the whole of what it may answer. */
export const sizeHold = (price: PriceRule, inputTokens: number, maxTokens: number): Nano =>
  priceTokens([
    { tokens: inputTokens, nanoPerMillion: price.input > price.cacheWrite ? price.input : price.cacheWrite },
    { tokens: maxTokens, nanoPerMillion: price.output },
  ]);
