import {
  enterGate,
  freshGate,
  leaveGate,
  retimeGate,
  type GateMove,
  type GateState,
  type SharedGate,
} from '@winnow/kernel';

export interface FakeSharedGate extends SharedGate {
  readonly stateOf: (target: string) => GateState;
  /** what the next calls find: the state, nobody, or silence */
  mode: 'there' | 'away' | 'silent';
  readonly asked: () => number;
}

/** The shared state in memory, by the step function, with the time that the test says. */
export const createFakeSharedGate = (nowUs: () => number): FakeSharedGate => {
  const states = new Map<string, GateState>();
  const listeners: ((move: GateMove) => void)[] = [];
  let asked = 0;
  const stateOf = (target: string): GateState => states.get(target) ?? freshGate();
  const reach = (): Promise<void> => {
    asked += 1;
    if (fake.mode === 'silent') return new Promise(() => undefined);
    return fake.mode === 'away' ? Promise.reject(new Error('no connection')) : Promise.resolve();
  };
  const keep = (target: string, state: GateState, moved: GateMove['state'] | null): void => {
    states.set(target, state);
    if (moved !== null) for (const listener of listeners) listener({ target, state: moved });
  };
  const fake: FakeSharedGate = {
    mode: 'there',
    stateOf,
    asked: () => asked,
    enter: async (target, policy, ask) => {
      await reach();
      const { state, says, moved } = enterGate(stateOf(target), policy, ask, nowUs());
      keep(target, state, moved);
      return { says, moved };
    },
    leave: async (target, policy, leaving) => {
      await reach();
      const { state, moved } = leaveGate(stateOf(target), policy, leaving, nowUs());
      keep(target, state, moved);
      return { state: state.state, moved };
    },
    retime: async (target, policy) => {
      await reach();
      const { state, waitUs } = retimeGate(stateOf(target), policy, nowUs());
      keep(target, state, null);
      return waitUs;
    },
    onMove: (listener) => void listeners.push(listener),
  };
  return fake;
};
