import { stockDatabase, type StockedDatabase } from '@winnow/testing/stocked-database';
import { createCatalogue, type ModelEntry } from './catalogue';
import { registerPrices, registerTasks } from './registrations';

const models: ModelEntry[] = [
  { provider: 'openai', model: 'small', tier: 'light' },
  { provider: 'groq', model: 'small', tier: 'light' },
  { provider: 'openai', model: 'large', tier: 'premium' },
  { provider: 'openai', model: 'unpriced', tier: 'premium' },
];
const aPrice = (provider: string, model: string, from: string, input: bigint) => ({
  provider,
  model,
  from,
  input,
  cacheRead: 1n,
  cacheWrite: 2n,
  output: 3n,
});

describe('prices and tasks', () => {
  let stock: StockedDatabase;
  beforeAll(async () => {
    stock = await stockDatabase();
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
    await registerPrices(stock.db.prisma, [
      aPrice('openai', 'small', '2026-01-01', 100n),
      aPrice('openai', 'small', '2026-06-01', 80n),
      aPrice('openai', 'small', tomorrow, 60n),
      aPrice('openai', 'large', '2026-01-01', 900n),
      aPrice('groq', 'small', '2026-01-01', 50n),
      aPrice('openai', 'unpriced', tomorrow, 5n),
    ]);
    await stock.query(
      `INSERT INTO price (id, provider, model, service_tier, from_at, input, cache_read, cache_write, output) VALUES ('batch', 'openai', 'small', 'batch', '2026-07-01', 1, 1, 1, 1)`,
    );
  });
  afterAll(() => stock.close());

  const catalogueOf = async (...providers: string[]) => {
    const catalogue = createCatalogue(stock.db.rest, models, providers);
    await catalogue.refresh();
    return catalogue;
  };

  test('the newest price that is in force counts: not one of the future, not one of another service tier', async () => {
    const catalogue = await catalogueOf('openai');
    expect(catalogue.rung('openai', 'small')).toEqual({
      provider: 'openai',
      model: 'small',
      tier: 'light',
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
    expect(catalogue.rungsOf('light').map(({ provider }) => provider)).toEqual(['groq']);
    expect(catalogue.rungsOf('premium')).toEqual([]);
    expect(catalogue.rung('openai', 'large')).toBeUndefined();
    expect(catalogue.baseline('large')?.input).toBe(900n);
    expect(catalogue.baseline('nothing')).toBeUndefined();
  });

  test('before its first look there is nothing to call', () => {
    const catalogue = createCatalogue(stock.db.rest, models, ['openai']);
    expect(catalogue.rungsOf('light')).toEqual([]);
  });

  test('a price that is known stays as it is', async () => {
    await registerPrices(stock.db.prisma, [
      aPrice('openai', 'large', '2026-01-01', 1n),
      aPrice('groq', 'large', '2026-01-01', 7n),
    ]);
    const rows = await stock.query(`SELECT provider, input FROM price WHERE model = 'large' ORDER BY provider`);
    expect(rows).toEqual([
      { provider: 'groq', input: 7n },
      { provider: 'openai', input: 900n },
    ]);
  });

  test('a price of nothing is refused by the database', async () => {
    await expect(stock.query(`UPDATE price SET input = 0 WHERE id = 'batch'`)).rejects.toMatchObject({ code: '23514' });
  });

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
