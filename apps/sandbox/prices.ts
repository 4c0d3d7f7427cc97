/** Nano-dollars for a million tokens. A model without a cached rate bills its whole prompt at `input`. */
export interface Price {
  readonly input: bigint;
  readonly cached?: bigint;
  /** for a token that is put into the cache; as `input` where it is not stated */
  readonly written?: bigint;
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
  /** The part of the prompt that was put into the cache. */
  readonly written?: number;
  readonly output: number;
}

/** Dollars per million tokens, as price pages state them. */
const nano = (dollars: number): bigint => BigInt(Math.round(dollars * 1e6)) * 1_000n;
const model = (
  name: string,
  snapshot: string,
  input: number,
  cached: number | null,
  output: number,
  written?: number,
): Model => ({
  name,
  snapshot,
  price: {
    input: nano(input),
    output: nano(output),
    ...(cached !== null && { cached: nano(cached) }),
    ...(written !== undefined && { written: nano(written) }),
  },
});

const gpt4oMini = model('gpt-4o-mini', 'gpt-4o-mini-2024-07-18', 0.15, 0.075, 0.6);
const gpt4o = model('gpt-4o', 'gpt-4o-2024-08-06', 2.5, 1.25, 10);
const gpt35 = model('gpt-3.5-turbo', 'gpt-3.5-turbo-0125', 0.5, null, 1.5);
const gpt41 = model('gpt-4.1', 'gpt-4.1-2025-04-14', 2, 0.5, 8);
const gpt41Mini = model('gpt-4.1-mini', 'gpt-4.1-mini-2025-04-14', 0.4, 0.1, 1.6);
const gpt41Nano = model('gpt-4.1-nano', 'gpt-4.1-nano-2025-04-14', 0.1, 0.025, 0.4);
const gpt5 = [
  model('gpt-5', 'gpt-5-2025-08-07', 1.25, 0.125, 10),
  model('gpt-5-mini', 'gpt-5-mini-2025-08-07', 0.25, 0.025, 2),
  model('gpt-5-nano', 'gpt-5-nano-2025-08-07', 0.05, 0.005, 0.4),
  model('gpt-5.1', 'gpt-5.1-2025-11-13', 1.25, 0.125, 10),
  model('gpt-5.2', 'gpt-5.2-2025-12-11', 1.75, 0.175, 14),
  model('gpt-5.4', 'gpt-5.4-2026-03-05', 2.5, 0.25, 15),
  model('gpt-5.4-mini', 'gpt-5.4-mini-2026-03-17', 0.75, 0.075, 4.5),
  model('gpt-5.4-nano', 'gpt-5.4-nano-2026-03-17', 0.2, 0.02, 1.25),
  model('gpt-5.5', 'gpt-5.5-2026-04-23', 5, 0.5, 30),
  model('gpt-5.6-luna', 'gpt-5.6-luna', 1, 0.1, 6, 1.25),
];
const llama8b = model('llama-3.1-8b-instant', 'llama-3.1-8b-instant', 0.05, null, 0.08);
const llama70b = model('llama-3.3-70b-versatile', 'llama-3.3-70b-versatile', 0.59, null, 0.79);
const gptOss20b = model('openai/gpt-oss-20b', 'openai/gpt-oss-20b', 0.075, 0.0375, 0.3);
const gptOss120b = model('openai/gpt-oss-120b', 'openai/gpt-oss-120b', 0.15, 0.075, 0.6);
const haiku45 = model('claude-haiku-4-5', 'claude-haiku-4-5-20251001', 1, 0.1, 5, 1.25);
const haiku3 = model('claude-3-haiku', 'claude-3-haiku-20240307', 0.25, 0.03, 1.25, 0.3);
const claudes = [
  model('claude-sonnet-4-5', 'claude-sonnet-4-5-20250929', 3, 0.3, 15, 3.75),
  model('claude-sonnet-5', 'claude-sonnet-5', 2, 0.2, 10, 2.5),
  model('claude-opus-4-5', 'claude-opus-4-5-20251101', 5, 0.5, 25, 6.25),
  model('claude-opus-5', 'claude-opus-5', 5, 0.5, 25, 6.25),
];
const geminis = [
  model('gemini-2.5-flash-lite', 'gemini-2.5-flash-lite', 0.1, 0.01, 0.4),
  model('gemini-2.5-flash', 'gemini-2.5-flash', 0.3, 0.03, 2.5),
  model('gemini-2.5-pro', 'gemini-2.5-pro', 1.25, 0.125, 10),
  model('gemini-3.1-flash-lite', 'gemini-3.1-flash-lite', 0.25, 0.025, 1.5),
  model('gemini-3.6-flash', 'gemini-3.6-flash', 1.5, 0.15, 7.5),
];

const named = (...models: Model[]): [string, Model][] =>
  models.flatMap((model): [string, Model][] => [
    [model.name, model],
    [model.snapshot, model],
  ]);

const routed = (vendor: string, ...models: Model[]): [string, Model][] =>
  models.map((model) => [`${vendor}/${model.name}`, { ...model, snapshot: `${vendor}/${model.snapshot}` }]);

/** What each provider sells, by every name it answers to. */
const catalogue = {
  openai: new Map(named(gpt4oMini, gpt4o, gpt35, gpt41, gpt41Mini, gpt41Nano, ...gpt5)),
  groq: new Map(named(llama8b, llama70b, gptOss20b, gptOss120b)),
  anthropic: new Map(named(haiku45, haiku3, ...claudes)),
  gemini: new Map(named(...geminis)),
  openrouter: new Map([
    // It states no price for cached tokens of this one.
    ...routed('openai', model(gpt4o.name, gpt4o.snapshot, 2.5, null, 10)),
    ...routed('openai', gpt4oMini, gpt35, gpt41Mini, gpt41Nano),
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
  const written = tokens.written ?? 0;
  const fresh = BigInt(tokens.input - tokens.cached - written) * price.input;
  const cached = BigInt(tokens.cached) * (price.cached ?? price.input);
  const put = BigInt(written) * (price.written ?? price.input);
  return divideHalfEven(fresh + cached + put + BigInt(tokens.output) * price.output, 1_000_000n);
}
