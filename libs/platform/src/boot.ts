import { ConfigFault, parseConfig, type Config } from '@winnow/contracts';
import { createHealth, type Health } from './health';
import { createLifecycle, type Lifecycle } from './lifecycle';
import { createLogger, type Logger } from './logging';
import { createMetrics, type Metrics } from './metrics';
import { startOpsServer } from './ops-server';

export type AppName = 'api' | 'collector' | 'executor' | 'enricher' | 'keeper';

/** What every app is handed before it builds itself. */
export interface Kit {
  readonly app: AppName;
  readonly config: Config;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly health: Health;
  readonly lifecycle: Lifecycle;
}

/** sysexits' EX_CONFIG: what was asked for cannot be run, so no supervisor should try again at once */
const configExit = 78;
const startLimitMs = 60_000;
const pauseMs = 1_000;

const configOf = (): Config => {
  try {
    return parseConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigFault)) throw error;
    for (const fault of error.faults) process.stderr.write(`configuration: ${fault}\n`);
    process.exit(configExit);
  }
};

/** Waits up to a minute for what the app depends on, so that a start of everything at once needs no order. */
export const eventually = async (log: Logger, what: string, check: () => Promise<string | null>): Promise<void> => {
  const until = Date.now() + startLimitMs;
  for (let last = ''; ;) {
    const fault = await check().catch((error: unknown) => (error instanceof Error ? error.message : String(error)));
    if (fault === null) return;
    if (fault !== last) log.warn({ fault }, `waiting for ${what}`);
    last = fault;
    if (Date.now() > until) throw new Error(`${what}: ${fault}`);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
};

/** Starts one app: configuration, logs, metrics, health, its own parts, and the order in which all of it stops. */
export const boot = async (app: AppName, build: (kit: Kit) => Promise<void>): Promise<void> => {
  const config = configOf();
  const log = createLogger(app, config.logLevel);
  const metrics = createMetrics(app);
  const health = createHealth();
  const lifecycle = createLifecycle(log, config.graceMs);
  process.on('unhandledRejection', (error) => log.error({ err: error }, 'a promise was rejected and nobody listened'));
  process.on('uncaughtException', (error) => {
    log.fatal({ err: error }, 'an error was thrown and nobody caught it');
    void lifecycle.stop('uncaught exception', 70);
  });
  if (config.sandbox) {
    metrics.sandbox.set(1);
    log.warn('SANDBOX: no provider key is configured, simulated providers answer and no money is spent');
  }
  try {
    let started = false;
    health.addReadiness('start', async () => (started ? null : 'starting'));
    const server = await startOpsServer({
      ...config.metrics,
      health,
      registry: metrics.registry,
      stopping: lifecycle.stopping,
    });
    await build({ app, config, log, metrics, health, lifecycle });
    lifecycle.onStop('metrics', 1_000, () => void server.close());
    started = true;
    log.info('ready');
  } catch (error) {
    const { code, port, message } = error as { code?: string; port?: number; message?: string };
    if (code === 'EADDRINUSE') log.fatal(`port ${port} is taken: set PORT or METRICS_PORT to a free one`);
    else log.fatal({ err: error }, `could not start: ${message}`);
    process.exit(1);
  }
};
