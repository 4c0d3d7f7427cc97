import { ownLadder, sizeHold, type Catalogue, type Routing, type TokenCounter } from '@winnow/analysis';
import { renderPrompt } from '@winnow/analysis/render-prompt';
import { Refusal, type AnyTask } from '@winnow/contracts';
import { minNano, printUsd, type Nano } from '@winnow/kernel';

export interface CostPorts {
  readonly catalogue: Pick<Catalogue, 'rungsOf' | 'configured'>;
  readonly routing?: Routing;
  /** loaded when it is first needed: its tables cost a third of a second and 90 MB */
  readonly tokens: () => Promise<TokenCounter>;
}

export interface Costing {
  readonly task: AnyTask;
  readonly input: unknown;
  readonly inputBytes: number;
  readonly cap: Nano;
}

/** More than the instructions, schema and framing of any task come to, in tokens: a prompt is at most 32 KiB. */
const overheadTokens = 32_768;

const tooDear = (cheapest: Nano, cap: Nano): Refusal =>
  new Refusal(
    'request-cost-too-high',
    `the cheapest call may cost $${printUsd(cheapest)}, which is over the cap of $${printUsd(cap)}`,
    {
      cheapest: printUsd(cheapest),
      errors: [{ pointer: '/terms/maxCost', code: 'too-small', detail: `at least "${printUsd(cheapest)}"` }],
    },
  );

const worstOf = (at: CostPorts, { task, input }: Costing, tokens: number): Nano[] => {
  const ladder = ownLadder(at, task)?.ladder ?? [];
  const maxTokens = task.start.maxTokens(input as never);
  return ladder.map(({ price }) => sizeHold(price, tokens, maxTokens));
};

/** The worst case of the cheapest call, its tokens counted as its hold will count them. */
export const countCheapest = async (at: CostPorts, costing: Costing): Promise<Nano> => {
  const tokens = await at.tokens();
  const { messages, schema } = renderPrompt(costing.task, costing.input);
  const counted = tokens.chat(messages) + tokens.text(JSON.stringify(schema.body));
  return worstOf(at, costing, counted).reduce((least, next) => minNano(least, next));
};

/**
 * Refuses a job whose cheapest call could not be paid under its cap. A token is at least a byte, so a cap that is over the price of the
 * bytes needs no counting: nearly every job passes by that alone.
 */
export const checkCost = async (at: CostPorts, costing: Costing): Promise<void> => {
  const { task, inputBytes, cap } = costing;
  const [first, ...rest] = worstOf(at, costing, inputBytes + overheadTokens);
  if (first === undefined)
    throw new Refusal('model-unpriced', `no model that has a price can be called for ${task.name} now`);
  if (minNano(first, ...rest) <= cap) return;
  const cheapest = await countCheapest(at, costing);
  if (cheapest > cap) throw tooDear(cheapest, cap);
};
