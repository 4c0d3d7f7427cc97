export { boot, eventually, type AppName, type Kit } from './boot';
export { connect, disconnect, type Connections } from './connect';
export { every, type Loop } from './every';
export { failpoint } from './failpoint';
export { createHealth, type Health, type HealthReport } from './health';
export { createLifecycle, type Lifecycle } from './lifecycle';
export { createLogger, type Logger } from './logging';
export { createMetrics, type Metrics } from './metrics';
export { startWorkerApp, type WorkerApp } from './worker-app';
