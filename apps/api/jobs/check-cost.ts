import { ownLadder, sizeHold, type Catalogue, type Routing, type TokenCounter } from '@winnow/analysis';
import { renderPrompt } from '@winnow/analysis/render-prompt';
import { Refusal, type AnyTask } from '@winnow/contracts';
import { minNano, printUsd, type Nano } from '@winnow/kernel';

export interface CostPorts {
  readonly catalogue: Pick<Catalogue, 'rungsOf' | 'configured'>;
  readonly routing?: Routing;
  readonly tokens: () => Promise<TokenCounter>;
}

export interface Costing {
  readonly task: AnyTask;
  readonly input: unknown;
  readonly inputBytes: number;
  readonly cap: Nano;
}

/** More than the instructions, schema and framing of any shipped task come to, in tokens. */
const overheadTokens = 32_768;
const framingTokens = 1_024;
const overheads = new WeakMap<AnyTask, number>();

/** The same of any task; a token is at least a byte. A task that a tenant made says the same to every input. */
const overheadOf = (task: AnyTask): number => {
  const known = overheads.get(task);
  if (known !== undefined) return known;
  const { messages, schema } = renderPrompt(task, task.example);
  const bytes = Buffer.byteLength(JSON.stringify([messages, schema.body]));
  const overhead = Math.max(overheadTokens, bytes + framingTokens);
  overheads.set(task, overhead);
  return overhead;
};

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
  const [first, ...rest] = worstOf(at, costing, inputBytes + overheadOf(task));
  if (first === undefined)
    throw new Refusal('model-unpriced', `no model that has a price can be called for ${task.name} now`);
  if (minNano(first, ...rest) <= cap) return;
  const cheapest = await countCheapest(at, costing);
  if (cheapest > cap) throw tooDear(cheapest, cap);
};
