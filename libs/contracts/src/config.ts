import { z } from 'zod';
import { limitsText, type BreakerSettings, type Limits } from './limits';
import { providerNames, type ProviderName } from './provider-names';
import { readLadders, type Ladders } from './read-ladders';

const port = z.coerce.number().int().min(0).max(65_535);
const count = (fallback: number, least: number, most: number) =>
  z.coerce.number().int().min(least).max(most).default(fallback);
const share = (fallback: number, most: number) => z.coerce.number().min(0).max(most).default(fallback);
const optionalText = z
  .string()
  .optional()
  .transform((text) => (text === undefined || text === '' ? undefined : text));

/** Every variable that Winnow reads, by name. `.env.example` lists the same ones: a test compares the two. */
export const environment = z.object({
  NODE_ENV: z.enum(['production', 'development', 'test']).default('development'),
  DATABASE_URL: z.string().regex(/^postgres(ql)?:\/\//, 'a postgres:// URL'),
  REDIS_URL: z.string().regex(/^rediss?:\/\//, 'a redis:// or rediss:// URL'),
  PORT: port.default(3000),
  HOST: z.string().default('127.0.0.1'),
  PUBLIC_URL: optionalText,
  METRICS_PORT: port.default(9464),
  METRICS_HOST: z.string().default('127.0.0.1'),
  METRICS_TOKEN: optionalText,
  WINNOW_SECRET: z.string().min(32, 'at least 32 characters; make one with: openssl rand -base64 32'),
  OPERATOR_PASSWORD: z.string().min(8, 'at least 8 characters'),
  WINNOW_INIT_TENANT: z
    .string()
    .regex(/^[a-z0-9-]{1,64}$/, 'small letters, digits and -')
    .optional(),
  WINNOW_INIT_KEY: z.string().startsWith('wk_').optional(),
  WINNOW_DATA_DIR: z.string().default('.data'),
  WINNOW_QUEUE_PREFIX: z
    .string()
    .regex(/^[\w-]{1,64}$/)
    .default('winnow'),
  WINNOW_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
  WINNOW_DOCS: z.enum(['on', 'off']).default('on'),
  CORS_ORIGINS: optionalText,
  COLLECTOR_CONCURRENCY: count(20, 1, 500),
  EXECUTOR_CONCURRENCY: count(10, 1, 500),
  RUN_NOW_SLOTS: count(64, 0, 500),
  LEDGER_POOL: count(2, 1, 20),
  DATABASE_POOL: count(5, 1, 50),
  BACKLOG_LIMIT: count(10_000, 1, 1_000_000),
  // A call has to end well inside the 180 s that a claim stands, or the keeper would have it made a second time.
  AUDIT_RATE: share(0.01, 1),
  SHADOW_RATE: share(0.02, 1),
  AUDIT_SHARE: share(0.03, 100),
  WINNOW_ROUTER: z.enum(['on', 'shadow', 'off']).default('on'),
  LEARN_EVERY_MS: count(60_000, 500, 3_600_000),
  PROVIDER_TIMEOUT_MS: count(30_000, 100, 150_000),
  BREAKER_FAILS: count(5, 1, 1_000),
  BREAKER_OPEN_MS: count(60_000, 100, 86_400_000),
  BREAKER_OKS: count(2, 1, 100),
  GRACE_MS: count(35_000, 0, 600_000),
  WORKER_GONE_AFTER_MS: count(15_000, 1_000, 600_000),
  SWEEP_EVERY_MS: count(5_000, 100, 60_000),
  RELAY_EVERY_MS: count(100, 5, 10_000),
  SANDBOX_URL: optionalText,
  OPENAI_API_KEY: optionalText,
  OPENAI_BASE_URL: z.url().default('https://api.openai.com/v1'),
  OPENAI_LIMITS: limitsText.optional(),
  GROQ_API_KEY: optionalText,
  GROQ_BASE_URL: z.url().default('https://api.groq.com/openai/v1'),
  GROQ_LIMITS: limitsText.optional(),
  OPENROUTER_API_KEY: optionalText,
  OPENROUTER_BASE_URL: z.url().default('https://openrouter.ai/api/v1'),
  OPENROUTER_LIMITS: limitsText.optional(),
  ANTHROPIC_API_KEY: optionalText,
  ANTHROPIC_BASE_URL: z.url().default('https://api.anthropic.com'),
  ANTHROPIC_LIMITS: limitsText.optional(),
  GEMINI_API_KEY: optionalText,
  GEMINI_BASE_URL: z.url().default('https://generativelanguage.googleapis.com/v1beta/openai'),
  GEMINI_LIMITS: limitsText.optional(),
  CUSTOM_API_KEY: optionalText,
  CUSTOM_BASE_URL: z.url().optional(),
  CUSTOM_LIMITS: limitsText.optional(),
  WINNOW_LADDERS: optionalText,
  CUSTOM_MODELS: z
    .string()
    .regex(/^[\w.:@/-]{1,200}(\s*,\s*[\w.:@/-]{1,200}){0,99}$/, 'names of models, by commas')
    .optional(),
});
export type Environment = z.infer<typeof environment>;

export interface ProviderConfig {
  readonly name: ProviderName;
  readonly baseUrl: string;
  readonly apiKey: string;
}

export interface Config {
  readonly production: boolean;
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly http: {
    readonly port: number;
    readonly host: string;
    readonly publicUrl?: string;
    readonly docs: boolean;
    readonly corsOrigins: readonly string[];
  };
  readonly metrics: { readonly port: number; readonly host: string; readonly token?: string };
  readonly secret: string;
  readonly operatorPassword: string;
  readonly init: { readonly tenant?: string; readonly key?: string };
  readonly dataDir: string;
  readonly queuePrefix: string;
  readonly logLevel: Environment['WINNOW_LOG_LEVEL'];
  readonly concurrency: { readonly collector: number; readonly executor: number; readonly now: number };
  readonly pools: { readonly ledger: number; readonly rest: number };
  readonly backlogLimit: number;
  readonly providerTimeoutMs: number;
  /** of all answers, how many are held against another model's, and the dollars for that by dollar of jobs */
  readonly sampling: { readonly audit: number; readonly shadow: number; readonly share: number };
  /** shadow: what the router would choose is written down and not followed */
  readonly router: 'on' | 'shadow' | 'off';
  readonly learnEveryMs: number;
  readonly breaker: BreakerSettings;
  /** of each model of the provider, over all processes */
  readonly limits: Partial<Record<ProviderName, Limits>>;
  readonly graceMs: number;
  readonly workerGoneAfterMs: number;
  readonly sweepEveryMs: number;
  readonly relayEveryMs: number;
  /** true when no provider has a key: the simulated providers answer, and every surface says so */
  readonly sandbox: boolean;
  readonly providers: readonly ProviderConfig[];
  /** by task, or `*` for all others: the rungs to climb, in this order */
  readonly ladders: Ladders;
  /** models of the provider `custom`: shown, and called once an operator has priced them */
  readonly customModels: readonly string[];
}

/** A configuration that cannot be used, with every fault named at once. */
export class ConfigFault extends Error {
  constructor(readonly faults: readonly string[]) {
    super(faults.join('\n'));
    this.name = 'ConfigFault';
  }
}

const providersOf = (env: Environment): { sandbox: boolean; providers: ProviderConfig[] } => {
  const keyed = providerNames.flatMap((name) => {
    const upper = name.toUpperCase() as Uppercase<ProviderName>;
    const apiKey = env[`${upper}_API_KEY`];
    const baseUrl = env[`${upper}_BASE_URL`];
    return apiKey === undefined || baseUrl === undefined ? [] : [{ name, apiKey, baseUrl }];
  });
  if (keyed.length > 0) return { sandbox: false, providers: keyed };
  const root = (env.SANDBOX_URL ?? '').replace(/\/+$/, '');
  return {
    sandbox: true,
    providers: providerNames
      .filter((name) => name !== 'custom')
      .map((name) => ({ name, apiKey: 'sandbox', baseUrl: `${root}/${name}/v1` })),
  };
};

const limitsOf = (env: Environment): Config['limits'] =>
  Object.fromEntries(
    providerNames.flatMap((name) => {
      const limits = env[`${name.toUpperCase() as Uppercase<ProviderName>}_LIMITS`];
      return limits === undefined ? [] : [[name, limits]];
    }),
  );

type Variables = Readonly<Record<string, string | undefined>>;

/** Faults that no variable has by itself. */
const faultsTogether = (set: Variables): string[] => [
  ...(set.SANDBOX_URL === undefined && providerNames.every((name) => set[`${name.toUpperCase()}_API_KEY`] === undefined)
    ? ['SANDBOX_URL: set it, or a key such as OPENAI_API_KEY: without either no model can be called']
    : []),
  ...((set.CUSTOM_API_KEY === undefined) !== (set.CUSTOM_BASE_URL === undefined)
    ? ['CUSTOM_API_KEY, CUSTOM_BASE_URL: the one does not serve without the other']
    : []),
  ...(set.NODE_ENV === 'production' && /change-me/.test(`${set.WINNOW_SECRET} ${set.OPERATOR_PASSWORD}`)
    ? ['WINNOW_SECRET, OPERATOR_PASSWORD: the example values do not serve in production']
    : []),
];

export const parseConfig = (variables: Variables): Config => {
  const set: Variables = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));
  const parsed = environment.safeParse(set);
  const faults = (parsed.error?.issues ?? []).map((issue) => {
    const name = String(issue.path[0]);
    return `${name}: ${set[name] === undefined ? `missing; ${issue.message}` : issue.message}`;
  });
  const ladders = readLadders(set.WINNOW_LADDERS ?? '');
  if ('fault' in ladders) faults.push(`WINNOW_LADDERS: ${ladders.fault}`);
  faults.push(...faultsTogether(set));
  if (!parsed.success || 'fault' in ladders || faults.length > 0) throw new ConfigFault(faults);
  const env = parsed.data;
  return {
    production: env.NODE_ENV === 'production',
    databaseUrl: env.DATABASE_URL,
    redisUrl: env.REDIS_URL,
    http: {
      port: env.PORT,
      host: env.HOST,
      publicUrl: env.PUBLIC_URL,
      docs: env.WINNOW_DOCS === 'on',
      corsOrigins: env.CORS_ORIGINS?.split(',').map((origin) => origin.trim()) ?? [],
    },
    metrics: { port: env.METRICS_PORT, host: env.METRICS_HOST, token: env.METRICS_TOKEN },
    secret: env.WINNOW_SECRET,
    operatorPassword: env.OPERATOR_PASSWORD,
    init: { tenant: env.WINNOW_INIT_TENANT, key: env.WINNOW_INIT_KEY },
    dataDir: env.WINNOW_DATA_DIR,
    queuePrefix: env.WINNOW_QUEUE_PREFIX,
    logLevel: env.WINNOW_LOG_LEVEL,
    concurrency: { collector: env.COLLECTOR_CONCURRENCY, executor: env.EXECUTOR_CONCURRENCY, now: env.RUN_NOW_SLOTS },
    pools: { ledger: env.LEDGER_POOL, rest: env.DATABASE_POOL },
    backlogLimit: env.BACKLOG_LIMIT,
    providerTimeoutMs: env.PROVIDER_TIMEOUT_MS,
    sampling: { audit: env.AUDIT_RATE, shadow: env.SHADOW_RATE, share: env.AUDIT_SHARE },
    router: env.WINNOW_ROUTER,
    learnEveryMs: env.LEARN_EVERY_MS,
    breaker: { fails: env.BREAKER_FAILS, openMs: env.BREAKER_OPEN_MS, oks: env.BREAKER_OKS },
    limits: limitsOf(env),
    graceMs: env.GRACE_MS,
    workerGoneAfterMs: env.WORKER_GONE_AFTER_MS,
    sweepEveryMs: env.SWEEP_EVERY_MS,
    relayEveryMs: env.RELAY_EVERY_MS,
    ...providersOf(env),
    ladders: ladders.ladders,
    customModels: env.CUSTOM_MODELS?.split(',').map((model) => model.trim()) ?? [],
  };
};
