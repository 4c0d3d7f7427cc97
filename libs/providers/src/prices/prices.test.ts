import type { NewPrice } from '@winnow/analysis';
import fc from 'fast-check';
import { parseTokenRate, printTokenRate } from './decimal-rate';
import { countChanges, diffPrices } from './diff-prices';
import { judgePrice } from './judge-price';
import { parseLitellm } from './parse-litellm';
import { printChanges } from './print-changes';

const now = '2026-11-01T00:00:00.000Z';
const rates = (input: bigint, output: bigint, cacheRead = input, cacheWrite = input) => ({
  input,
  output,
  cacheRead,
  cacheWrite,
});
const aPrice = (more: Partial<NewPrice> = {}): NewPrice => ({
  provider: 'openai',
  model: 'm',
  serviceTier: 'default',
  from: '2026-01-01T00:00:00.000Z',
  ...rates(100n, 400n),
  batchRate: null,
  stacks: false,
  minimum: 0n,
  context: null,
  maxOutput: null,
  cacheMinTokens: null,
  quarantine: null,
  ...more,
});

describe('rates', () => {
  test.each([
    [1.5e-7, 150_000_000n],
    ['0.00000015', 150_000_000n],
    [0.000_015, 15_000_000_000n],
    [3.75e-8, 37_500_000n],
    [1e-20, 1n],
    [0, 0n],
    [-1e-7, null],
    [Number.NaN, null],
    [Number.POSITIVE_INFINITY, null],
    ['1e999', null],
    ['', null],
    ['free', null],
    [null, null],
    [{}, null],
  ])('%s is %s', (value, nano) => expect(parseTokenRate(value)).toBe(nano));

  test('what is printed reads back unchanged', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 18n }), (nano) => {
        expect(parseTokenRate(printTokenRate(nano))).toBe(nano);
      }),
    );
  });

  test('a rate over nothing is never free, and never under what was written', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-30, max: 1, noNaN: true, noDefaultInfinity: true }), (dollars) => {
        const nano = parseTokenRate(dollars);
        expect(nano).not.toBeNull();
        expect(nano).toBeGreaterThan(0n);
        expect(Number(nano)).toBeGreaterThanOrEqual(dollars * 1e15 * (1 - 1e-12));
      }),
    );
  });
});

describe('a file', () => {
  const chat = (provider: string, more: object) => ({
    litellm_provider: provider,
    mode: 'chat',
    input_cost_per_token: 1e-6,
    output_cost_per_token: 4e-6,
    ...more,
  });
  const parse = (models: object) => parseLitellm(JSON.stringify(models), now);
  const only = (models: object, serviceTier = 'default') =>
    parse(models).prices.find((one) => one.serviceTier === serviceTier);

  test('its own two keys are no models, and other providers and modes are not ours', () => {
    const file = parse({
      sample_spec: chat('openai', {}),
      last_updated: '2026-07-24T18:23:43.215560+00:00',
      'azure/gpt': chat('azure', {}),
      'dall-e': chat('openai', { mode: 'image_generation' }),
      odd: 7,
      'a model': chat('openai', {}),
    });
    expect(file).toEqual({ from: '2026-07-24T18:23:43.215Z', prices: [], free: [], skipped: 4 });
  });

  test('a model: bounds, cached tokens, and where the price of long prompts begins', () =>
    expect(
      only({
        'groq/openai/oss': chat('groq', {
          cache_read_input_token_cost: 5e-7,
          max_input_tokens: 1_000_000,
          max_output_tokens: 8_192,
          prompt_cache_min_tokens: 1_024,
          input_cost_per_token_above_200k_tokens: 2e-6,
        }),
      }),
    ).toMatchObject({
      provider: 'groq',
      model: 'openai/oss',
      from: now,
      input: 1000000000n,
      cacheRead: 500000000n,
      cacheWrite: 1000000000n,
      context: 2e5,
      maxOutput: 8192,
      cacheMinTokens: 1024,
      batchRate: 5e5,
    }));

  test.each([
    ['a batch has no discount on top', 'openai', 500_000_000n],
    ['a batch has both discounts', 'anthropic', 50_000_000n],
  ])('%s', (_name, provider, cacheRead) => {
    const batch = { input_cost_per_token_batches: 5e-7, output_cost_per_token_batches: 2e-6 };
    const model = chat(provider, { cache_read_input_token_cost: 1e-7, ...batch });
    expect(only({ m: model }, 'batch')).toMatchObject({ input: 500_000_000n, cacheRead, output: 2_000_000_000n });
  });

  test('flex and priority are prices of their own', () => {
    const flex = {
      input_cost_per_token_flex: 5e-7,
      output_cost_per_token_flex: 2e-6,
      cache_read_input_token_cost_flex: 5e-8,
    };
    expect(only({ m: chat('openai', flex) }, 'flex')).toMatchObject({ input: 500_000_000n, cacheRead: 50_000_000n });
    expect(only({ m: chat('openai', { input_cost_per_token_priority: 2e-6 }) }, 'priority')).toBeUndefined();
  });

  test('what costs nothing, or says nothing of its price, is named and not taken', () =>
    expect(
      parse({ a: chat('openai', { input_cost_per_token: 0 }), b: chat('openai', { output_cost_per_token: 'much' }) }),
    ).toMatchObject({ prices: [], free: ['openai/a', 'openai/b'] }));

  test('a name that stands there twice counts once: as the one with its provider', () =>
    expect(
      parse({ 'gemini/m': chat('gemini', {}), m: chat('gemini', { input_cost_per_token: 9e-6 }) }).prices.map(
        ({ input }) => input,
      ),
    ).toEqual([1_000_000_000n]));

  test.each(['[]', 'null', '7', '{'])('%s is no file of prices', (text) =>
    expect(() => parseLitellm(text, now)).toThrow(),
  );

  test('whatever stands in it, nothing that is taken is free', () => {
    const entry = fc.record(
      {
        litellm_provider: fc.constantFrom('openai', 'anthropic', 'azure'),
        mode: fc.constantFrom('chat', 'embedding'),
        input_cost_per_token: fc.anything(),
        output_cost_per_token: fc.oneof(fc.double(), fc.anything()),
        cache_read_input_token_cost: fc.double(),
        input_cost_per_token_batches: fc.double({ min: 0, max: 1e-5 }),
        output_cost_per_token_batches: fc.double({ min: 0, max: 1e-5 }),
        max_input_tokens: fc.anything(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.dictionary(fc.string(), entry), (models) => {
        for (const price of parse(models).prices)
          for (const rate of [price.input, price.output, price.cacheRead, price.cacheWrite])
            expect(rate).toBeGreaterThan(0n);
      }),
    );
  });
});

describe('what is not believed', () => {
  test.each([
    ['as it should be', aPrice(), undefined, null],
    ['free', aPrice(rates(0n, 400n)), undefined, /free/],
    ['output at exactly half of input', aPrice(rates(100n, 50n)), undefined, null],
    ['output under half of input', aPrice(rates(100n, 49n)), undefined, /output is under half/],
    ['writing the cache at 2.5 times', aPrice(rates(100n, 400n, 10n, 250n)), undefined, null],
    ['writing the cache over 2.5 times', aPrice(rates(100n, 400n, 10n, 251n)), undefined, /writing the cache/],
    ['writing the cache under the input', aPrice(rates(100n, 400n, 10n, 99n)), undefined, /writing the cache/],
    ['a cached token dearer than a fresh one', aPrice(rates(100n, 400n, 101n)), undefined, /cached token/],
    ['five times as dear', aPrice(rates(500n, 400n)), aPrice(), null],
    ['over five times as dear', aPrice(rates(501n, 400n)), aPrice(), /input is over 5 times/],
    ['a fifth', aPrice(rates(100n, 80n)), aPrice(), null],
    ['under a fifth', aPrice(rates(100n, 79n)), aPrice(), /output is under a 5th/],
  ])('%s', (_name, price, before, expected) => {
    const reason = judgePrice(price, before, undefined);
    if (expected === null) expect(reason).toBeNull();
    else expect(reason).toMatch(expected);
  });

  test('a service tier over five times the default one', () =>
    expect(judgePrice(aPrice({ serviceTier: 'priority', ...rates(501n, 900n) }), undefined, aPrice())).toMatch(
      /priority is over 5/,
    ));
});

describe('what a file changes', () => {
  const later = { from: '2026-06-01T00:00:00.000Z' };
  test.each([
    ['not known', [], aPrice(later), 'new', false],
    ['as it was', [aPrice()], aPrice(later), 'same', false],
    ['a bound that the file does not state', [aPrice({ context: 9 })], aPrice(later), 'same', false],
    ['another price', [aPrice()], aPrice({ ...later, output: 500n }), 'changed', false],
    ['another bound', [aPrice({ context: 9 })], aPrice({ ...later, context: 10 }), 'changed', false],
    ['a jump', [aPrice()], aPrice({ ...later, output: 9_000n }), 'changed', true],
    ['older than what is known', [aPrice(later)], aPrice({ output: 500n }), 'older', false],
    ['of another service tier', [aPrice()], aPrice({ ...later, serviceTier: 'flex' }), 'new', false],
    [
      'in quarantine already',
      [aPrice(), aPrice({ ...later, output: 9_000n, quarantine: 'why' })],
      aPrice({ from: now, output: 9_000n }),
      'same',
      true,
    ],
    [
      'back from quarantine',
      [aPrice(), aPrice({ ...later, output: 9_000n, quarantine: 'why' })],
      aPrice({ from: now, output: 410n }),
      'changed',
      false,
    ],
  ])('%s', (_name, known, price, what, quarantined) => {
    const [change] = diffPrices(known, [price]);
    expect([change?.what, change?.price.quarantine !== null]).toEqual([what, quarantined]);
  });

  test('twice the same file changes nothing the second time', () => {
    const rate = fc.bigInt({ min: 1n, max: 10n ** 12n });
    const price = fc
      .tuple(fc.constantFrom('a', 'b', 'c'), rate, rate, rate, rate)
      .map(([model, input, output, read, write]) => aPrice({ model, ...rates(input, output, read, write) }));
    const unique = fc.uniqueArray(price, { selector: ({ model }) => model });
    fc.assert(
      fc.property(unique, unique, (known, file) => {
        const first = diffPrices(
          known,
          file.map((one) => ({ ...one, ...later })),
        );
        const written = first.filter(({ what }) => what === 'new' || what === 'changed').map((one) => one.price);
        const again = diffPrices(
          [...known, ...written],
          file.map((one) => ({ ...one, from: now })),
        );
        expect(countChanges(again)).toMatchObject({ new: 0, changed: 0, quarantined: 0 });
      }),
    );
  });

  test('as a table', () => {
    const mini = rates(150_000_000n, 600_000_000n);
    const known = [aPrice(mini)];
    const changes = diffPrices(known, [
      aPrice({ ...later, ...mini, output: 500_000_000n }),
      aPrice({ ...mini, model: 'other' }),
    ]);
    expect(printChanges(changes).split('\n')).toEqual([
      'what     model         service  tier   input  cache read  cache write  output     note',
      'changed  openai/m      default  ultra  0.15   0.15        0.15         0.6 → 0.5',
      'new      openai/other  default  ultra  0.15   0.15        0.15         0.6',
    ]);
  });
});
