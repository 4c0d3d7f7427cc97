import { maxNano, priceTokens, type Nano } from '@winnow/kernel';
import type { PriceRule } from '../ports';

/**
 * Our count is made with OpenAI's tokenizer. Where a provider counts with another, its count is bounded: so many hundredths of ours, and so
 * many tokens beyond the text, such as a tool's preamble.
 */
const countedBy: Readonly<Record<string, { readonly hundredths: number; readonly beyond: number }>> = {
  anthropic: { hundredths: 150, beyond: 700 },
  gemini: { hundredths: 130, beyond: 50 },
  custom: { hundredths: 150, beyond: 100 },
};

const boundTokens = (provider: string, ours: number): number => {
  const { hundredths, beyond } = countedBy[provider] ?? { hundredths: 100, beyond: 0 };
  return Math.ceil((ours * hundredths) / 100) + beyond;
};

/** The most that a call can cost: every input token at its dearest, and the whole of what it may answer. */
export const sizeHold = (price: PriceRule, inputTokens: number, maxTokens: number): Nano =>
  maxNano(
    price.minimum ?? 0n,
    priceTokens([
      { tokens: boundTokens(price.provider, inputTokens), nanoPerMillion: maxNano(price.input, price.cacheWrite) },
      { tokens: maxTokens, nanoPerMillion: price.output },
    ]),
  );

/** Whether the price holds for so long a call: past its context another price does, or the provider refuses. */
export const fitsPrice = (price: PriceRule, inputTokens: number, maxTokens: number): boolean =>
  boundTokens(price.provider, inputTokens) + maxTokens <= (price.context ?? Number.POSITIVE_INFINITY) &&
  maxTokens <= (price.maxOutput ?? Number.POSITIVE_INFINITY);
