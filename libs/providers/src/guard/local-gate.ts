import {
  enterGate,
  freshGate,
  leaveGate,
  retimeGate,
  type Entering,
  type GateEntered,
  type GatePolicy,
  type GateState,
  type Leaving,
  type Left,
  type Rate,
} from '@winnow/kernel';

/** The gate of this process alone, by the same rules. */
export interface LocalGate {
  readonly enter: (target: string, policy: GatePolicy, ask: Entering) => { says: GateEntered; moved: Left['moved'] };
  readonly leave: (target: string, policy: GatePolicy, leaving: Leaving) => Left;
  readonly retime: (target: string, policy: GatePolicy) => number;
  /** what was learned of the target here is given up: null where nothing was */
  readonly forget: (target: string) => GateState | null;
}

const shared = (rate: Rate, processes: number): Rate => ({
  intervalUs: rate.intervalUs * processes,
  burst: Math.max(1, Math.floor(rate.burst / processes)),
});

/** This process' part of the limits: nobody tells the others what it does. */
const shareOf = (policy: GatePolicy, processes: number): GatePolicy => ({
  ...policy,
  ...(policy.requests && { requests: shared(policy.requests, processes) }),
  ...(policy.tokens && { tokens: shared(policy.tokens, processes) }),
  ...(policy.concurrent && { concurrent: Math.max(1, Math.floor(policy.concurrent / processes)) }),
});

export const createLocalGate = (
  nowUs: () => number,
  processes: () => number,
  epochOf: (target: string) => number,
): LocalGate => {
  const states = new Map<string, GateState>();
  const stateOf = (target: string): GateState => states.get(target) ?? freshGate(epochOf(target));
  return {
    enter: (target, policy, ask) => {
      const { state, says, moved } = enterGate(stateOf(target), shareOf(policy, processes()), ask, nowUs());
      states.set(target, state);
      return { says, moved };
    },
    leave: (target, policy, leaving) => {
      const { state, moved } = leaveGate(stateOf(target), shareOf(policy, processes()), leaving, nowUs());
      states.set(target, state);
      return { state: state.state, moved };
    },
    retime: (target, policy) => {
      const { state, waitUs } = retimeGate(stateOf(target), shareOf(policy, processes()), nowUs());
      states.set(target, state);
      return waitUs;
    },
    forget: (target) => {
      const state = states.get(target) ?? null;
      states.delete(target);
      return state;
    },
  };
};
