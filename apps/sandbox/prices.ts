/** Nano-dollars for a million tokens. A model without a cached rate bills its whole prompt at `input`. */
export interface Price {
  readonly input: bigint;
  readonly cached?: bigint;
  readonly output: bigint;
}

export interface Model {
  /** The name without vendor prefix or date: what the knobs speak of. */
  readonly name: string;
  /** The dated name that answers carry. */
  readonly snapshot: string;
  readonly price: Price;
}

export interface Tokens {
  /** The whole prompt, cached part included. */
  readonly input: number;
  readonly cached: number;
  readonly output: number;
}

const price = (input: bigint, cached: bigint | undefined, output: bigint): Price =>
  cached === undefined ? { input, output } : { input, cached, output };

const gpt4oMini: Model = {
  name: 'gpt-4o-mini',
  snapshot: 'gpt-4o-mini-2024-07-18',
  price: price(150_000_000n, 75_000_000n, 600_000_000n),
};
const gpt4o: Model = {
  name: 'gpt-4o',
  snapshot: 'gpt-4o-2024-08-06',
  price: price(2_500_000_000n, 1_250_000_000n, 10_000_000_000n),
};
const gpt35: Model = {
  name: 'gpt-3.5-turbo',
  snapshot: 'gpt-3.5-turbo-0125',
  price: price(500_000_000n, undefined, 1_500_000_000n),
};
const gpt41Mini: Model = {
  name: 'gpt-4.1-mini',
  snapshot: 'gpt-4.1-mini-2025-04-14',
  price: price(400_000_000n, 100_000_000n, 1_600_000_000n),
};
const gpt41Nano: Model = {
  name: 'gpt-4.1-nano',
  snapshot: 'gpt-4.1-nano-2025-04-14',
  price: price(100_000_000n, 25_000_000n, 400_000_000n),
};
const llama8b: Model = {
  name: 'llama-3.1-8b-instant',
  snapshot: 'llama-3.1-8b-instant',
  price: price(50_000_000n, undefined, 80_000_000n),
};
const gptOss20b: Model = {
  name: 'openai/gpt-oss-20b',
  snapshot: 'openai/gpt-oss-20b',
  price: price(75_000_000n, 37_500_000n, 300_000_000n),
};
const haiku45: Model = {
  name: 'claude-haiku-4-5',
  snapshot: 'claude-haiku-4-5-20251001',
  price: price(1_000_000_000n, 100_000_000n, 5_000_000_000n),
};
const haiku3: Model = {
  name: 'claude-3-haiku',
  snapshot: 'claude-3-haiku-20240307',
  price: price(250_000_000n, 30_000_000n, 1_250_000_000n),
};

const named = (...models: Model[]): [string, Model][] =>
  models.flatMap((model): [string, Model][] => [
    [model.name, model],
    [model.snapshot, model],
  ]);

const routed = (vendor: string, ...models: Model[]): [string, Model][] =>
  models.map((model) => [`${vendor}/${model.name}`, { ...model, snapshot: `${vendor}/${model.snapshot}` }]);

/** What each provider sells, by every name it answers to. */
const catalogue = {
  openai: new Map(named(gpt4oMini, gpt4o, gpt35, gpt41Mini, gpt41Nano)),
  groq: new Map(named(llama8b, gptOss20b)),
  anthropic: new Map(named(haiku45, haiku3)),
  openrouter: new Map([
    ...routed('openai', gpt4oMini, gpt4o, gpt35, gpt41Mini, gpt41Nano),
    ...routed('anthropic', haiku45, haiku3),
    ...routed('meta-llama', llama8b),
    ...named(gptOss20b),
    ['anthropic/claude-haiku-4.5', { ...haiku45, snapshot: `anthropic/${haiku45.snapshot}` }] as [string, Model],
  ]),
};

export type Provider = keyof typeof catalogue;

export const isProvider = (name: string): name is Provider => Object.hasOwn(catalogue, name);
export const findModel = (provider: Provider, name: string): Model | undefined => catalogue[provider].get(name);
export const modelNames = (provider: Provider): string[] => [...catalogue[provider].keys()];

/** To the nearest, and from exactly half way to the even neighbour. */
export function divideHalfEven(amount: bigint, by: bigint): bigint {
  const whole = amount / by;
  const twice = (amount % by) * 2n;
  return twice > by || (twice === by && whole % 2n === 1n) ? whole + 1n : whole;
}

/** Rounded once, at the end: rounding each kind of token by itself would drift from a real bill. */
export function costNano(price: Price, tokens: Tokens): bigint {
  const fresh = BigInt(tokens.input - tokens.cached) * price.input;
  const cached = BigInt(tokens.cached) * (price.cached ?? price.input);
  return divideHalfEven(fresh + cached + BigInt(tokens.output) * price.output, 1_000_000n);
}
