import type { Logger } from './logging';

export interface Lifecycle {
  /** steps run in the order in which they were added, each with a limit of its own */
  readonly onStop: (name: string, limitMs: number, step: () => Promise<void> | void) => void;
  readonly stopping: () => boolean;
  readonly stop: (cause: string, exitCode?: number) => Promise<void>;
}

const spareMs = 10_000;

const limited = async (ms: number, step: () => Promise<void> | void): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done in ${ms} ms`)), ms);
  });
  await Promise.race([Promise.resolve().then(step), late]).finally(() => clearTimeout(timer));
};

/** SIGTERM and SIGINT stop the process in order; a second one, or the hard timer behind the steps, ends it at once. */
export const createLifecycle = (log: Logger, graceMs: number): Lifecycle => {
  const steps: { name: string; limitMs: number; step: () => Promise<void> | void }[] = [];
  let stopping = false;
  const stop = async (cause: string, exitCode = 0): Promise<void> => {
    if (stopping) return;
    stopping = true;
    log.info({ cause }, 'stopping');
    setTimeout(() => process.exit(1), graceMs + spareMs).unref();
    for (const { name, limitMs, step } of steps) {
      const began = performance.now();
      try {
        await limited(limitMs, step);
        log.debug({ step: name, ms: Math.round(performance.now() - began) }, 'stopped');
      } catch (error) {
        log.warn({ step: name, err: error }, 'did not stop cleanly');
      }
    }
    log.info('stopped');
    process.exit(exitCode);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => (stopping ? process.exit(130) : void stop(signal)));
  return { onStop: (name, limitMs, step) => void steps.push({ name, limitMs, step }), stopping: () => stopping, stop };
};
