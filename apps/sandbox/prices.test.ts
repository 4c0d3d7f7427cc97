import { costNano, divideHalfEven, findModel, isProvider, modelNames } from './prices';

test.each([
  [0n, 10n, 0n],
  [4n, 10n, 0n],
  [5n, 10n, 0n],
  [6n, 10n, 1n],
  [15n, 10n, 2n],
  [25n, 10n, 2n],
  [35n, 10n, 4n],
  [26n, 10n, 3n],
  [1_500_000n, 1_000_000n, 2n],
  [2_500_000n, 1_000_000n, 2n],
])('%s / %s is %s, half to even', (amount, by, expected) => {
  expect(divideHalfEven(amount, by)).toBe(expected);
});

const priceOf = (provider: 'openai' | 'groq' | 'anthropic', name: string) => {
  const model = findModel(provider, name);
  if (!model) throw new Error(`${name} is not sold`);
  return model.price;
};

test.each([
  ['openai', 'gpt-4o-mini', { input: 1, cached: 0, output: 0 }, 150n],
  ['openai', 'gpt-4o-mini', { input: 1_000, cached: 0, output: 100 }, 210_000n],
  ['openai', 'gpt-4o-mini', { input: 2_000, cached: 1_024, output: 0 }, 976n * 150n + 1_024n * 75n],
  ['openai', 'gpt-4o', { input: 10, cached: 0, output: 10 }, 125_000n],
  ['openai', 'gpt-3.5-turbo', { input: 2_000, cached: 1_024, output: 1 }, 1_001_500n],
  ['groq', 'llama-3.1-8b-instant', { input: 3, cached: 0, output: 3 }, 390n],
  // 37.5 nano-dollars a cached token: one is half way between 37 and 38, three between 112 and 113.
  ['groq', 'openai/gpt-oss-20b', { input: 1, cached: 1, output: 0 }, 38n],
  ['groq', 'openai/gpt-oss-20b', { input: 3, cached: 3, output: 0 }, 112n],
  ['anthropic', 'claude-haiku-4-5', { input: 1, cached: 0, output: 1 }, 6_000n],
] as const)('%s %s bills %j', (provider, name, tokens, nano) => {
  expect(costNano(priceOf(provider, name), tokens)).toBe(nano);
});

test('models are sold by name and by date, by their own provider only', () => {
  expect(findModel('openai', 'gpt-4o-mini')?.snapshot).toBe('gpt-4o-mini-2024-07-18');
  expect(findModel('openai', 'gpt-4o-mini-2024-07-18')?.name).toBe('gpt-4o-mini');
  expect(findModel('groq', 'gpt-4o-mini')).toBeUndefined();
  expect(findModel('openrouter', 'openai/gpt-4o-mini')?.name).toBe('gpt-4o-mini');
  expect(modelNames('anthropic')).toContain('claude-haiku-4-5-20251001');
  expect(isProvider('toString')).toBe(false);
});
