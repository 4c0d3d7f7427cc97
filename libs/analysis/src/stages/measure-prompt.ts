import { hashJson } from '@winnow/kernel';
import type { PriceRule, TokenCounter } from '../ports';
import type { Prompt } from '../render-prompt';

/** What stays the same from job to job: the schema, and all messages but the last. */
interface Prefix {
  readonly tokens: number;
  readonly key: string;
}

export interface Measured {
  readonly prompt: Prompt;
  /** the messages by our own count: what a call is billed for when its usage is missing */
  readonly inputTokens: number;
  /** the most that the provider may count as input: it folds the schema into the prompt in a way of its own */
  readonly holdTokens: number;
  readonly prefix: Prefix;
}

export const measurePrompt = (tokens: TokenCounter, prompt: Prompt): Measured => {
  const stable = prompt.messages.slice(0, -1);
  const schema = tokens.text(JSON.stringify(prompt.schema.body));
  const inputTokens = tokens.chat(prompt.messages);
  return {
    prompt,
    inputTokens,
    holdTokens: inputTokens + schema,
    prefix: { tokens: tokens.chat(stable) + schema, key: hashJson([prompt.schema, stable]).slice(0, 32) },
  };
};

/** Only what the provider keeps is worth a mark: putting a prefix into its cache may cost more than sending it. */
export const cacheKeyOf = ({ prefix }: Pick<Measured, 'prefix'>, price: PriceRule): { readonly cacheKey?: string } =>
  price.cacheMinTokens !== undefined && prefix.tokens >= price.cacheMinTokens ? { cacheKey: prefix.key } : {};
