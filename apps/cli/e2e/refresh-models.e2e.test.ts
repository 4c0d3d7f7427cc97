import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { shippedModels, shippedPrices } from '@winnow/providers';
import { registerModels, writePrices } from '@winnow/storage';
import { stockDatabase, type StockedDatabase } from '@winnow/testing/stocked-database';

jest.setTimeout(60_000);

const cli = join(__dirname, '..', '..', '..', 'dist', 'apps', 'cli', 'main.js');
const chat = (provider: string, input: number, output: number, more: object = {}) => ({
  litellm_provider: provider,
  mode: 'chat',
  input_cost_per_token: input,
  output_cost_per_token: output,
  ...more,
});
const sample = {
  sample_spec: { input_cost_per_token: 0, litellm_provider: 'one of them', mode: 'chat' },
  last_updated: '2026-10-01T06:00:00+00:00',
  'gpt-4o-mini': chat('openai', 1.5e-7, 6e-7, { cache_read_input_token_cost: 7.5e-8 }),
  'gpt-4.1-nano': chat('openai', 8e-8, 3e-7, { cache_read_input_token_cost: 2e-8 }),
  'gpt-4o': chat('openai', 2.5e-5, 1e-4, { cache_read_input_token_cost: 1.25e-5 }),
  'groq/brand-new': chat('groq', 1e-7, 4e-7),
  'groq/free': chat('groq', 0, 0),
  'dall-e-9': { litellm_provider: 'openai', mode: 'image_generation' },
};

let stock: StockedDatabase;
let folder: string;
let file: string;
const run = async (...args: string[]) => {
  const { stdout } = await promisify(execFile)(process.execPath, [cli, ...args], {
    env: { ...process.env, DATABASE_URL: stock.url },
  });
  return stdout;
};
const prices = () => stock.query<{ n: number }>('SELECT count(*)::int AS n FROM price');

beforeAll(async () => {
  stock = await stockDatabase();
  await writePrices(stock.db.rest, shippedPrices(), 'shipped');
  const places = shippedModels.map(({ provider, model, routable }, place) => ({
    provider,
    model,
    enabled: routable,
    place,
  }));
  await registerModels(stock.db.rest, places);
  folder = await mkdtemp(join(tmpdir(), 'winnow-prices-'));
  file = join(folder, 'prices.json.gz');
  await writeFile(file, gzipSync(JSON.stringify(sample)));
});
afterAll(async () => {
  await stock?.close();
  await rm(folder, { recursive: true, force: true });
});

describe('winnow models', () => {
  it('shows what a file would change and writes nothing', async () => {
    const before = await prices();
    const text = await run('models', 'refresh', file);
    expect(text).toMatch(/changed +openai\/gpt-4\.1-nano +default +ultra +0\.1 → 0\.08/);
    expect(text).toMatch(/quarantined +openai\/gpt-4o +default .*input is over 5 times what it was/);
    expect(text).not.toContain('gpt-4o-mini');
    expect(text).toContain('Nothing written');
    expect(await prices()).toEqual(before);
  });

  it('writes the new prices beside the old ones, once; what it does not believe is not in force', async () => {
    const counts = { new: 2, changed: 2, same: 1, older: 0, quarantined: 1, free: 1, skipped: 1 };
    const first = JSON.parse(await run('models', 'refresh', file, '--apply', '--json')) as { counts: object };
    expect(first).toMatchObject({ counts, written: 4, from: '2026-10-01T06:00:00.000Z' });
    const again = JSON.parse(await run('models', 'refresh', file, '--apply', '--json')) as object;
    expect(again).toMatchObject({ counts: { new: 0, changed: 0, same: 5 }, written: 0 });
    const list = JSON.parse(await run('models', 'list', '--json')) as { model: string; enabled: boolean }[];
    const of = (name: string) => list.find(({ model }) => model === name);
    expect(of('openai/gpt-4.1-nano')).toMatchObject({
      enabled: true,
      price: 'openai/gpt-4.1-nano@2026-10-01T06:00:00.000Z',
    });
    expect(of('openai/gpt-4o')).toMatchObject({ price: 'openai/gpt-4o@2024-08-06' });
    expect(of('groq/brand-new')).toMatchObject({ enabled: false, tier: 'ultra' });
    expect(await stock.query('SELECT counts FROM price_import')).toEqual([{ counts }]);
  });

  it.each([[['models']], [['models', 'refresh']], [['models', 'list', '--nonsense']], [['quote']]])(
    '%j is no command: exit code 2, with the usage',
    async (args) => expect(run(...args)).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('usage:') }),
  );
});
