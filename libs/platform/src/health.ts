export interface Health {
  /** null: well; else what is wrong */
  readonly addReadiness: (name: string, check: () => Promise<string | null>) => void;
  /** told of, but not a reason to be taken out of service */
  readonly addDegradation: (name: string, check: () => Promise<string | null>) => void;
  readonly addLiveness: (name: string, check: () => Promise<string | null>) => void;
  readonly ready: () => Promise<HealthReport>;
  readonly live: () => Promise<HealthReport>;
}

export interface HealthReport {
  readonly ok: boolean;
  readonly checks: Readonly<Record<string, string>>;
}

type Check = () => Promise<string | null>;
const limitMs = 3_000;

const within = (check: Check): Promise<string | null> =>
  new Promise((resolve) => {
    const timer = setTimeout(() => resolve(`no answer in ${limitMs} ms`), limitMs);
    Promise.resolve()
      .then(check)
      .catch((error: unknown) => (error instanceof Error ? error.message : String(error)))
      .then((fault) => {
        clearTimeout(timer);
        resolve(fault);
      });
  });

const run = async (checks: ReadonlyMap<string, Check>): Promise<[string, string | null][]> =>
  Promise.all([...checks].map(async ([name, check]) => [name, await within(check)]));

const report = (needed: [string, string | null][], told: [string, string | null][] = []): HealthReport => ({
  ok: needed.every(([, fault]) => fault === null),
  checks: Object.fromEntries([
    ...needed.map(([name, fault]) => [name, fault ?? 'ok']),
    ...told.map(([name, fault]) => [name, fault === null ? 'ok' : `degraded: ${fault}`]),
  ]),
});

export const createHealth = (): Health => {
  const readiness = new Map<string, Check>();
  const degradations = new Map<string, Check>();
  const liveness = new Map<string, Check>();
  return {
    addReadiness: (name, check) => void readiness.set(name, check),
    addDegradation: (name, check) => void degradations.set(name, check),
    addLiveness: (name, check) => void liveness.set(name, check),
    ready: async () => report(await run(readiness), await run(degradations)),
    live: async () => report(await run(liveness)),
  };
};
