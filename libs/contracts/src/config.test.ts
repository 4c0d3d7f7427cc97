import { ConfigFault, environment, parseConfig } from './config';
import { providerNames } from './provider-names';

const needed = {
  DATABASE_URL: 'postgres://winnow@127.0.0.1/winnow',
  REDIS_URL: 'redis://127.0.0.1:6379',
  WINNOW_SECRET: 'a-secret-that-is-long-enough-to-be-one',
  OPERATOR_PASSWORD: 'operator',
};
const sandbox = { ...needed, SANDBOX_URL: 'http://127.0.0.1:4010' };
const faultsOf = (variables: Record<string, string | undefined>): readonly string[] => {
  try {
    parseConfig(variables);
  } catch (error) {
    if (error instanceof ConfigFault) return error.faults;
    throw error;
  }
  return [];
};

test('the standards', () =>
  expect(parseConfig(sandbox)).toMatchObject({
    production: false,
    http: { port: 3000, host: '127.0.0.1', publicUrl: undefined, docs: true, corsOrigins: [] },
    metrics: { port: 9464, host: '127.0.0.1', token: undefined },
    queuePrefix: 'winnow',
    concurrency: { collector: 20, executor: 10 },
    pools: { ledger: 2, rest: 5 },
    backlogLimit: 10_000,
    providerTimeoutMs: 30_000,
    breaker: { fails: 5, openMs: 60_000, oks: 2 },
    limits: {},
    graceMs: 35_000,
    workerGoneAfterMs: 15_000,
    sweepEveryMs: 5_000,
    relayEveryMs: 100,
  }));

describe('providers', () => {
  test('without a key, all of them are the sandbox', () =>
    expect(parseConfig({ ...sandbox, SANDBOX_URL: 'http://sandbox:4010//' })).toMatchObject({
      sandbox: true,
      providers: ['openai', 'groq', 'openrouter', 'anthropic', 'gemini'].map((name) => ({
        name,
        apiKey: 'sandbox',
        baseUrl: `http://sandbox:4010/${name}/v1`,
      })),
    }));

  test('with a key, only those that have one, and no sandbox beside real money', () =>
    expect(parseConfig({ ...sandbox, GROQ_API_KEY: 'gsk' })).toMatchObject({
      sandbox: false,
      providers: [{ name: 'groq', apiKey: 'gsk', baseUrl: 'https://api.groq.com/openai/v1' }],
    }));

  test('a ladder may name a provider that has no key: it is no provider all the same', () => {
    const ladder = 'groq/llama-3.1-8b-instant>anthropic/claude-3-haiku>openai/gpt-4o-mini';
    const config = parseConfig({ ...needed, OPENAI_API_KEY: 'sk', WINNOW_LADDERS: `*=${ladder}` });
    expect(config.providers.map(({ name }) => name)).toEqual(['openai']);
    expect(config.ladders.get('*')?.map(({ provider }) => provider)).toEqual(['groq', 'anthropic', 'openai']);
  });

  test('a base URL of one’s own', () =>
    expect(parseConfig({ ...needed, OPENAI_API_KEY: 'sk', OPENAI_BASE_URL: 'http://proxy/v1' }).providers).toEqual([
      { name: 'openai', apiKey: 'sk', baseUrl: 'http://proxy/v1' },
    ]));

  test('any other server that speaks OpenAI’s protocol, with the models that it serves', () => {
    const custom = { CUSTOM_API_KEY: 'k', CUSTOM_BASE_URL: 'http://10.0.0.7:8000/v1', CUSTOM_MODELS: 'qwen3, org/b' };
    expect(parseConfig({ ...needed, ...custom })).toMatchObject({
      sandbox: false,
      providers: [{ name: 'custom', apiKey: 'k', baseUrl: 'http://10.0.0.7:8000/v1' }],
      customModels: ['qwen3', 'org/b'],
    });
    expect(faultsOf({ ...needed, ...custom, CUSTOM_BASE_URL: undefined })).toHaveLength(1);
  });

  test('limits of a provider', () =>
    expect(parseConfig({ ...sandbox, GROQ_LIMITS: 'requestsPerSecond=10,concurrent=5' }).limits).toEqual({
      groq: { requestsPerSecond: 10, concurrent: 5 },
    }));

  test('an empty variable is one that is not set', () =>
    expect(parseConfig({ ...sandbox, OPENAI_API_KEY: '', PORT: '', WINNOW_INIT_KEY: '' }).sandbox).toBe(true));
});

test('every fault is named at once, each by its variable', () => {
  const faults = faultsOf({
    NODE_ENV: 'production',
    DATABASE_URL: 'mysql://x',
    WINNOW_SECRET: 'change-me',
    OPERATOR_PASSWORD: 'change-me',
    PORT: '70000',
    WINNOW_DOCS: 'maybe',
    OPENAI_BASE_URL: 'nowhere',
  });
  expect(faults.map((fault) => fault.split(':')[0]).sort()).toEqual([
    'DATABASE_URL',
    'OPENAI_BASE_URL',
    'PORT',
    'REDIS_URL',
    'SANDBOX_URL',
    'WINNOW_DOCS',
    'WINNOW_SECRET',
    'WINNOW_SECRET, OPERATOR_PASSWORD',
  ]);
  expect(faults.find((fault) => fault.startsWith('REDIS_URL'))).toMatch(/^REDIS_URL: missing; /);
});

test.each<[string, Record<string, string | undefined>, RegExp | null]>([
  ['nothing can be called', needed, /^SANDBOX_URL: set it, or a key/],
  [
    'an example secret in production',
    { ...sandbox, NODE_ENV: 'production', WINNOW_SECRET: `change-me-${'x'.repeat(32)}` },
    /example values/,
  ],
  [
    'an example password in production',
    { ...sandbox, NODE_ENV: 'production', OPERATOR_PASSWORD: 'change-me' },
    /example values/,
  ],
  ['the same in development', { ...sandbox, OPERATOR_PASSWORD: 'change-me' }, null],
  ['a secret of 31 characters', { ...sandbox, WINNOW_SECRET: 'x'.repeat(31) }, /^WINNOW_SECRET: at least 32/],
  ['no slots', { ...sandbox, EXECUTOR_CONCURRENCY: '0' }, /^EXECUTOR_CONCURRENCY: /],
  ['half a slot', { ...sandbox, EXECUTOR_CONCURRENCY: '1.5' }, /^EXECUTOR_CONCURRENCY: /],
  ['a number in words', { ...sandbox, LEDGER_POOL: 'two' }, /^LEDGER_POOL: /],
  ['a time-out that outlives the claim', { ...sandbox, PROVIDER_TIMEOUT_MS: '180000' }, /^PROVIDER_TIMEOUT_MS: /],
  ['a limit that nobody knows', { ...sandbox, OPENAI_LIMITS: 'rps=3' }, /^OPENAI_LIMITS: knows requestsPerSecond/],
  ['a breaker that never opens', { ...sandbox, BREAKER_FAILS: '0' }, /^BREAKER_FAILS: /],
  ['a tenant in capitals', { ...sandbox, WINNOW_INIT_TENANT: 'Main' }, /^WINNOW_INIT_TENANT: /],
  ['a key that is none', { ...sandbox, WINNOW_INIT_KEY: 'sk-1' }, /^WINNOW_INIT_KEY: /],
])('%s', (_name, variables, fault) => {
  const faults = faultsOf(variables);
  expect(faults).toHaveLength(fault === null ? 0 : 1);
  if (fault !== null) expect(faults[0]).toMatch(fault);
});

test('origins are split', () =>
  expect(parseConfig({ ...sandbox, CORS_ORIGINS: 'https://a.example, https://b.example' }).http.corsOrigins).toEqual([
    'https://a.example',
    'https://b.example',
  ]));

test('a fault never repeats a value: it may be a secret', () => {
  const faults = faultsOf({ ...sandbox, DATABASE_URL: 'https://user:hunter2@host', WINNOW_SECRET: 'hunter2' });
  expect(faults).toHaveLength(2);
  expect(faults.join()).not.toContain('hunter2');
});

test('every provider has its key and its base URL', () =>
  expect(Object.keys(environment.shape)).toEqual(
    expect.arrayContaining(
      providerNames.flatMap((name) => [`${name.toUpperCase()}_API_KEY`, `${name.toUpperCase()}_BASE_URL`]),
    ),
  ));
