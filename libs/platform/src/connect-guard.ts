import { gatePolicy, providerNames, type Config } from '@winnow/contracts';
import type { BreakerState, Gate, GatePolicy } from '@winnow/kernel';
import { createGuard } from '@winnow/providers';
import { countWorkers, createSharedGate } from '@winnow/storage';
import type { Kit } from './boot';
import type { Connections } from './connect';
import { every } from './every';

const states = ['closed', 'open', 'half-open'] as const satisfies readonly BreakerState[];
const verdicts = ['go', 'probe', 'open', 'paused', 'slow', 'busy'] as const;
const countEveryMs = 15_000;
const lookEveryMs = 2_000;

/** The policy of a target, which is named `provider:model`: limits are those of the provider, each of its models has them to itself. */
const policiesOf = ({ breaker, limits, providerTimeoutMs }: Config): ((target: string) => GatePolicy) => {
  const known = new Map(
    providerNames.map((name) => [name as string, gatePolicy(breaker, limits[name] ?? {}, providerTimeoutMs)]),
  );
  const unlimited = gatePolicy(breaker, {}, providerTimeoutMs);
  return (target) => known.get(target.slice(0, target.indexOf(':'))) ?? unlimited;
};

/** Every series starts at nothing: a counter that is born at 1 is invisible to `increase()`. */
const createTally = ({ metrics }: Kit) => {
  const seen = new Set<string>();
  const begin = (target: string): void => {
    if (seen.has(target)) return;
    seen.add(target);
    for (const verdict of verdicts) metrics.gate.inc({ target, verdict }, 0);
    for (const state of states) {
      metrics.breakerState.set({ target, state }, state === 'closed' ? 1 : 0);
      metrics.breakerTransitions.inc({ target, to: state }, 0);
    }
    for (const why of ['auth', 'quota']) metrics.targetsOff.inc({ target, why }, 0);
  };
  return {
    verdict: (target: string, verdict: (typeof verdicts)[number]): void => {
      begin(target);
      metrics.gate.inc({ target, verdict });
    },
    state: (target: string, now: BreakerState): void => {
      begin(target);
      for (const state of states) metrics.breakerState.set({ target, state }, state === now ? 1 : 0);
    },
  };
};

/** The gate of this process: on the state that all share in Redis, and by itself while Redis is away. */
export const connectGuard = (
  kit: Kit & Pick<Connections, 'redis' | 'db'>,
): Gate & { readonly close: () => Promise<void> } => {
  const { config, log, metrics, redis, db } = kit;
  const tally = createTally(kit);
  let processes = 1;
  const loop = every('gate', countEveryMs, log, async () => {
    processes = Math.max(1, await countWorkers(db.rest, kit.app));
  });
  metrics.gateDegraded.set(0);
  const guard = createGuard({
    shared: createSharedGate(redis, config.queuePrefix),
    policyOf: policiesOf(config),
    timeoutMs: config.providerTimeoutMs,
    processes: () => processes,
    nowMs: () => performance.now(),
    onVerdict: tally.verdict,
    onState: tally.state,
    onMoved: (target, to) => {
      metrics.breakerTransitions.inc({ target, to });
      log[to === 'open' ? 'warn' : 'info']({ target, to }, 'a breaker moved');
    },
    onOff: (target, why, ms, detail) => {
      metrics.targetsOff.inc({ target, why });
      log.error({ target, why, forMs: ms, detail }, 'a provider refuses our key or our credit: it is left alone');
    },
    onDegraded: (degraded, cause) => {
      metrics.gateDegraded.set(degraded ? 1 : 0);
      if (degraded) log.warn({ err: cause }, 'Redis is away: each process keeps the gate by itself');
      else log.info('Redis is back: the gate is shared again');
    },
  });
  const look = every('gate look', lookEveryMs, log, guard.look);
  return {
    enter: guard.enter,
    close: async () => {
      await Promise.all([loop.stop(), look.stop()]);
      guard.close();
    },
  };
};
