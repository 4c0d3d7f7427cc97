import type { BreakerState, GateMove, GatePolicy, Left, SharedGate } from '@winnow/kernel';
import { gateChannel, gateKeys, loadGate } from './lua/gate';
import type { RedisConnections } from './redis';

/** The gate as operators see it. */
export interface BreakerDesk {
  /** in the order of the targets; one that nobody has called is closed */
  readonly statesOf: (targets: readonly string[]) => Promise<BreakerState[]>;
  readonly force: (target: string, policy: GatePolicy, to: 'open' | 'closed' | null) => Promise<Left>;
}

const stateOf = (value: string | null | undefined): BreakerState =>
  value === 'open' || value === 'half-open' ? value : 'closed';

const readMove = (message: string): GateMove => {
  const at = message.lastIndexOf(' ');
  return { target: message.slice(0, at), state: stateOf(message.slice(at + 1)) };
};

/** Breakers, pauses, leases and clocks of all targets, in Redis: what one process learns holds for all. */
export const createSharedGate = (redis: RedisConnections, prefix: string): SharedGate & BreakerDesk => {
  const { enter, leave, retime, force } = loadGate(redis.commands, prefix);
  const channel = gateChannel(prefix);
  return {
    enter: (target, policy, ask) => enter(target, policy, ask),
    leave: (target, policy, leaving) => leave(target, policy, leaving),
    retime: (target, policy) => retime(target, policy),
    onMove: (listener) => {
      redis.subscriber.on('message', (told: string, message: string) => {
        if (told === channel) listener(readMove(message));
      });
      // A lost message costs nothing but time: every enter asks the state itself.
      redis.subscriber.subscribe(channel).catch(() => undefined);
    },
    statesOf: async (targets) => {
      const asked = redis.commands.pipeline();
      for (const target of targets) asked.hget(gateKeys(prefix, target)[0], 'state');
      const replies = (await asked.exec()) ?? [];
      return replies.map(([error, value]) => {
        if (error !== null) throw error;
        return stateOf(value as string | null);
      });
    },
    force,
  };
};
