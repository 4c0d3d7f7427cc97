import type { Tokens } from '@winnow/contracts';
import { maxNano, priceTokens, type Nano } from '@winnow/kernel';
import type { PriceRule } from '../ports';

export const priceUsage = (price: PriceRule, tokens: Tokens): Nano =>
  maxNano(
    price.minimum ?? 0n,
    priceTokens([
      { tokens: tokens.input, nanoPerMillion: price.input },
      { tokens: tokens.cacheRead, nanoPerMillion: price.cacheRead },
      { tokens: tokens.cacheWrite, nanoPerMillion: price.cacheWrite },
      { tokens: tokens.output, nanoPerMillion: price.output },
    ]),
  );

/** The same tokens as one plain call: nothing cached. */
export const pricePlain = (price: PriceRule, tokens: Tokens): Nano =>
  maxNano(
    price.minimum ?? 0n,
    priceTokens([
      { tokens: tokens.input + tokens.cacheRead + tokens.cacheWrite, nanoPerMillion: price.input },
      { tokens: tokens.output, nanoPerMillion: price.output },
    ]),
  );
