import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeKey } from '@winnow/contracts';
import { createApiClient, type ApiClient } from './api-client';
import { cloneDatabase, type ClockKind, type TestDatabase } from './database';
import { createSandboxClient, type SandboxClient } from './sandbox-client';

export type TestApp = 'sandbox' | 'keeper' | 'api' | 'collector' | 'executor' | 'enricher';

export interface RunningApp {
  readonly app: TestApp;
  readonly pid: number;
  readonly opsUrl: string;
  readonly kill: (signal: NodeJS.Signals) => Promise<void>;
  readonly exited: Promise<number | null>;
  readonly log: string;
}

export interface TestApps {
  readonly api: ApiClient;
  /** a client for another api process of the same installation */
  readonly apiOf: (index: number) => ApiClient;
  readonly sandbox: SandboxClient;
  readonly db: TestDatabase;
  readonly redisUrl: string;
  readonly prefix: string;
  readonly key: string;
  readonly running: (app: TestApp) => readonly RunningApp[];
  readonly start: (app: TestApp, env?: Record<string, string>) => Promise<RunningApp>;
  readonly stop: () => Promise<void>;
}

export interface TestAppsOptions {
  readonly apps?: Partial<Record<TestApp, number>>;
  readonly env?: Record<string, string>;
  /** `shifted`: `db.clock` moves the time of all of them */
  readonly clock?: ClockKind;
}

// Tests and benches run in the root of the repository, which holds dist.
const root = process.cwd();
const readyWithinMs = 30_000;
const one: Record<TestApp, number> = { sandbox: 1, keeper: 1, api: 1, collector: 1, executor: 1, enricher: 0 };
const order: readonly TestApp[] = ['sandbox', 'keeper', 'api', 'collector', 'executor', 'enricher'];

const freePort = (): Promise<number> =>
  new Promise((done, fail) => {
    const probe = createServer();
    probe.once('error', fail);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => done(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });

const untilReady = async (url: string, app: RunningApp): Promise<void> => {
  let exited = false;
  void app.exited.then(() => {
    exited = true;
  });
  for (const until = Date.now() + readyWithinMs; Date.now() < until;) {
    if (exited) throw new Error(`${app.app} exited before it was ready, see ${app.log}`);
    const response = await fetch(url).catch(() => null);
    if (response?.status === 200) return;
    await new Promise((next) => setTimeout(next, 50));
  }
  throw new Error(`${app.app} was not ready in ${readyWithinMs} ms, see ${app.log}`);
};

const launch = (app: TestApp, log: string, opsPort: number, env: Record<string, string>): RunningApp => {
  const child: ChildProcess = spawn(process.execPath, ['--enable-source-maps', `dist/apps/${app}/main.js`], {
    cwd: root,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const file = createWriteStream(log, { flags: 'a' });
  child.stdout?.pipe(file, { end: false });
  child.stderr?.pipe(file, { end: false });
  const exited = new Promise<number | null>((done) => child.once('exit', (code) => done(code)));
  return {
    app,
    pid: child.pid ?? 0,
    opsUrl: `http://127.0.0.1:${opsPort}`,
    log,
    exited,
    kill: async (signal) => {
      child.kill(signal);
      await exited;
    },
  };
};

/** The real apps, as processes of their own, from dist: on a database and a Redis database of this test file alone. */
export const startApps = async ({ apps = {}, env = {}, clock }: TestAppsOptions = {}): Promise<TestApps> => {
  const redis = new URL(process.env.TEST_REDIS_URL ?? 'redis://127.0.0.1:6379');
  redis.pathname = `/${Number(process.env.JEST_WORKER_ID ?? 1) % 16}`;
  const db = await cloneDatabase({ clock });
  const folder = mkdtempSync(join(tmpdir(), 'winnow-e2e-'));
  const { key } = makeKey();
  const prefix = `t${Date.now().toString(36)}`;
  const sandboxPort = await freePort();
  const shared: Record<string, string> = {
    NODE_ENV: 'test',
    DATABASE_URL: db.url,
    REDIS_URL: redis.href,
    WINNOW_QUEUE_PREFIX: prefix,
    WINNOW_SECRET: 'a-secret-of-the-tests-that-is-long-enough',
    OPERATOR_PASSWORD: 'operator-of-the-tests',
    // A test that counts calls must not meet one more by chance.
    AUDIT_RATE: '0',
    SHADOW_RATE: '0',
    WINNOW_INIT_TENANT: 'tests',
    WINNOW_INIT_KEY: key,
    WINNOW_DATA_DIR: folder,
    SANDBOX_PORT: String(sandboxPort),
    SANDBOX_URL: `http://127.0.0.1:${sandboxPort}`,
    SANDBOX_INVOICE: join(folder, 'invoice.jsonl'),
    ...env,
  };
  const all: RunningApp[] = [];
  const urls: string[] = [];
  const start = async (app: TestApp, more: Record<string, string> = {}): Promise<RunningApp> => {
    const opsPort = app === 'sandbox' ? sandboxPort : await freePort();
    const port = await freePort();
    const log = join(folder, `${app}-${all.length}.log`);
    const made = launch(app, log, opsPort, { ...shared, METRICS_PORT: String(opsPort), PORT: String(port), ...more });
    all.push(made);
    if (app === 'api') urls.push(`http://127.0.0.1:${port}`);
    await untilReady(`${made.opsUrl}/readyz`, made);
    return made;
  };
  const stop = async (): Promise<void> => {
    for (const app of [...order].reverse())
      await Promise.all(
        all
          .filter((one) => one.app === app)
          .map(async (one) => {
            const hard = setTimeout(() => void one.kill('SIGKILL'), 8_000);
            await one.kill('SIGTERM');
            clearTimeout(hard);
          }),
      );
    await db.drop();
    if (process.env.WINNOW_KEEP_LOGS === undefined) rmSync(folder, { recursive: true, force: true });
  };
  try {
    for (const app of order) for (let n = 0; n < (apps[app] ?? one[app]); n += 1) await start(app);
  } catch (error) {
    await stop();
    throw error;
  }
  const apiOf = (index: number) => createApiClient(urls[index] ?? 'http://127.0.0.1:1', key);
  return {
    api: apiOf(0),
    apiOf,
    sandbox: createSandboxClient(shared.SANDBOX_URL ?? ''),
    db,
    redisUrl: redis.href,
    prefix,
    key,
    running: (app) => all.filter((one) => one.app === app),
    start,
    stop,
  };
};
