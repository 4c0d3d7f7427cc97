import type { AnyTask } from '@winnow/contracts';
import { priceTokens, type Nano } from '@winnow/kernel';
import { expectOutput } from '../policies/expect-output';
import { sizeHold } from '../policies/size-hold';
import type { Rung, TokenCounter } from '../ports';
import { renderPrompt } from '../render-prompt';
import type { RungOffer } from '../policies/choose-rung';

/** A job's tokens: as many as are likely, and a bound for what is set aside. */
export interface JobSize {
  readonly input: number;
  readonly atMost: number;
  readonly output: number;
  readonly maxTokens: number;
}

const charsPerToken = 4;
/** Text of any language has more bytes to a token than this. */
const leastBytesPerToken = 2;

/** Intake does not count: the tables of a tokenizer cost 90 MB, and the hold is sized by the exact count later. */
export const sizeJob = (task: AnyTask, input: unknown, tokens?: TokenCounter): JobSize => {
  const { messages, schema, maxTokens } = renderPrompt(task, input);
  const body = JSON.stringify(schema.body);
  const output = expectOutput([], maxTokens, task.start.expectTokens?.(input as never) ?? null).mean;
  if (tokens !== undefined) {
    const counted = tokens.chat(messages);
    return { input: counted, atMost: counted + tokens.text(body), output, maxTokens };
  }
  const text = messages.map(({ content }) => content).join('\n');
  return {
    input: Math.ceil(text.length / charsPerToken),
    atMost: Math.ceil(Buffer.byteLength(text + body) / leastBytesPerToken),
    output,
    maxTokens,
  };
};

export const expectedCost = ({ price }: Rung, { input, output }: JobSize): Nano =>
  priceTokens([
    { tokens: input, nanoPerMillion: price.input },
    { tokens: Math.ceil(output), nanoPerMillion: price.output },
  ]);

export const worstCost = ({ price }: Rung, { atMost, maxTokens }: JobSize): Nano => sizeHold(price, atMost, maxTokens);

export type Offer = RungOffer & { readonly at: number };
