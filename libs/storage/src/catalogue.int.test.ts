import { stockDatabase, type StockedDatabase } from '@winnow/testing/stocked-database';
import type { NewPrice } from '@winnow/analysis';
import { createCatalogue } from './catalogue';
import { newestPrices, registerModels, writePrices } from './prices';
import { registerTasks } from './registrations';

const aModel = (provider: string, model: string, place = 0) => ({ provider, model, enabled: true, place });
const aPrice = (
  provider: string,
  model: string,
  from: string,
  input: bigint,
  more: Partial<NewPrice> = {},
): NewPrice => ({
  provider,
  model,
  from: `${from}T00:00:00.000Z`,
  serviceTier: 'default',
  input,
  cacheRead: 1n,
  cacheWrite: 2n,
  output: 3n,
  batchRate: null,
  stacks: false,
  minimum: 0n,
  context: null,
  maxOutput: null,
  cacheMinTokens: null,
  quarantine: null,
  ...more,
});
const dear = { input: 9_000_000_000n, output: 9_000_000_000n };

describe('prices and tasks', () => {
  let stock: StockedDatabase;
  beforeAll(async () => {
    stock = await stockDatabase();
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
    await registerModels(stock.db.rest, [
      aModel('openai', 'small'),
      aModel('groq', 'small', 1),
      aModel('openai', 'large'),
      aModel('openai', 'unpriced'),
      { ...aModel('openai', 'off'), enabled: false },
    ]);
    const prices = [
      aPrice('openai', 'small', '2026-01-01', 100n),
      aPrice('openai', 'small', '2026-06-01', 80n),
      aPrice('openai', 'small', tomorrow, 60n),
      aPrice('openai', 'small', '2026-08-01', 1n, { quarantine: 'over 5 times less than before' }),
      aPrice('openai', 'large', '2026-01-01', 1n, { ...dear, context: 1_000, maxOutput: 100, minimum: 7n }),
      aPrice('openai', 'off', '2026-01-01', 900n),
      aPrice('groq', 'small', '2026-01-01', 50n),
      aPrice('openai', 'unpriced', tomorrow, 5n),
      aPrice('openai', 'small', '2026-07-01', 1n, { serviceTier: 'batch' }),
    ];
    expect(await writePrices(stock.db.rest, prices, 'shipped')).toHaveLength(prices.length);
  });
  afterAll(() => stock.close());

  const catalogueOf = async (...providers: string[]) => {
    const catalogue = createCatalogue(stock.db.rest, providers);
    await catalogue.refresh();
    return catalogue;
  };

  test('the newest price that is in force counts: not one of the future, of another service tier, or in quarantine', async () => {
    const catalogue = await catalogueOf('openai');
    expect(catalogue.rung('openai', 'small')).toEqual({
      provider: 'openai',
      model: 'small',
      tier: 'ultra',
      others: [
        expect.objectContaining({
          id: 'openai/small@2026-07-01+batch',
          serviceTier: 'batch',
          input: 1n,
        }),
      ],
      price: {
        id: 'openai/small@2026-06-01',
        provider: 'openai',
        model: 'small',
        serviceTier: 'default',
        input: 80n,
        cacheRead: 1n,
        cacheWrite: 2n,
        output: 3n,
      },
    });
  });

  test('a model without a price in force cannot be called', async () => {
    const catalogue = await catalogueOf('openai');
    expect(catalogue.rung('openai', 'unpriced')).toBeUndefined();
    expect(catalogue.rungsOf('premium').map(({ model }) => model)).toEqual(['large']);
  });

  test('nor one of a provider that is not configured, but it may still be the baseline', async () => {
    const catalogue = await catalogueOf('groq');
    expect(catalogue.rungsOf('ultra').map(({ provider }) => provider)).toEqual(['groq']);
    expect(catalogue.rungsOf('premium')).toEqual([]);
    expect(catalogue.rung('openai', 'large')).toBeUndefined();
    expect(catalogue.baseline('large')?.input).toBe(9_000_000_000n);
    expect(catalogue.baseline('nothing')).toBeUndefined();
  });

  test('a rung of a ladder whose provider has no key is left out, and the others keep their order', async () => {
    const groq = { provider: 'groq', model: 'small' };
    const openai = { provider: 'openai', model: 'small' };
    const ladders = new Map([['*', [groq, { provider: 'anthropic', model: 'none' }, openai]]]);
    const namesWith = async (...providers: string[]) => {
      const catalogue = createCatalogue(stock.db.rest, providers, ladders);
      await catalogue.refresh();
      return catalogue.configured('any.task').map(({ provider, model }) => ({ provider, model }));
    };
    expect(await namesWith('groq', 'openai', 'anthropic')).toEqual([groq, openai]);
    expect(await namesWith('openai')).toEqual([openai]);
    expect(await namesWith()).toEqual([]);
  });

  test('before its first look there is nothing to call', () => {
    const catalogue = createCatalogue(stock.db.rest, ['openai']);
    expect(catalogue.rungsOf('ultra')).toEqual([]);
  });

  test('one that is switched off is not called, but may still be the baseline; what an operator has set stays', async () => {
    const catalogue = await catalogueOf('openai');
    expect(catalogue.rung('openai', 'off')).toBeUndefined();
    expect(catalogue.baseline('off')?.input).toBe(900n);
    await stock.query(`UPDATE model SET enabled = true, tier = 'premium', set_by = 'operator' WHERE model = 'off'`);
    await registerModels(stock.db.rest, [{ ...aModel('openai', 'off'), enabled: false }]);
    await catalogue.refresh();
    expect(catalogue.rungsOf('premium').map(({ model }) => model)).toEqual(['large', 'off']);
  });

  test('what a price is bounded by comes with it', async () =>
    expect((await catalogueOf('openai')).rung('openai', 'large')?.price).toMatchObject({
      context: 1e3,
      maxOutput: 100,
      minimum: 7n,
    }));

  test('a price that is known stays as it is', async () => {
    const again = [aPrice('openai', 'large', '2026-01-01', 1n), aPrice('groq', 'large', '2026-01-01', 7n)];
    expect(await writePrices(stock.db.rest, again, 'shipped')).toEqual(['groq/large@2026-01-01']);
    const rows = await stock.query(`SELECT provider, input FROM price WHERE model = 'large' ORDER BY provider`);
    expect(rows).toEqual([
      { provider: 'groq', input: 7n },
      { provider: 'openai', input: 9_000_000_000n },
    ]);
  });

  test('the newest, and beside one in quarantine the newest that is believed', async () => {
    const small = (await newestPrices(stock.db.rest)).filter(({ model, provider, serviceTier }) => {
      return provider === 'openai' && model === 'small' && serviceTier === 'default';
    });
    expect(small.map(({ input, quarantine }) => [input, quarantine !== null])).toEqual(
      expect.arrayContaining([
        [1n, true],
        [60n, false],
      ]),
    );
  });

  test('a price of nothing is refused by the database', async () =>
    expect(writePrices(stock.db.rest, [aPrice('openai', 'free', '2026-01-01', 0n)], 'shipped')).rejects.toMatchObject({
      code: '23514',
    }));

  test.each([
    ['changed', `UPDATE price SET input = 5`],
    ['deleted', `DELETE FROM price WHERE id = 'groq/small@2026-01-01'`],
    ['emptied', 'TRUNCATE price CASCADE'],
  ])('prices are never %s', async (_name, statement) =>
    expect(stock.query(statement)).rejects.toMatchObject({ code: '23001' }),
  );

  test('a version of a task that has served never changes', async () => {
    const { prisma } = stock.db;
    const task = { name: 'review.sentiment', version: 1, print: 'a' };
    await registerTasks(prisma, [task]);
    await registerTasks(prisma, [task, { ...task, version: 2, print: 'b' }]);
    await expect(registerTasks(prisma, [{ ...task, print: 'c' }])).rejects.toThrow(
      /task review\.sentiment@1 differs from what was registered on .*: raise its version/,
    );
    expect(await stock.query('SELECT version, print FROM task ORDER BY version')).toEqual([
      { version: 1, print: 'a' },
      { version: 2, print: 'b' },
    ]);
  });
});
