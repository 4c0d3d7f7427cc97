import {
  toFault,
  type BreakerState,
  type Gate,
  type GateEntered,
  type GatePolicy,
  type GateVerdict,
  type Pass,
  type PauseWhy,
  type SharedGate,
} from '@winnow/kernel';
import { createCircuit, type Circuit } from './circuit';
import { createLocalGate } from './local-gate';
import { healthy, readHealth, silent, type Health } from './read-health';
import { createSureGate } from './sure-gate';
import { setTimeout as wait } from 'node:timers/promises';

export interface GuardPorts {
  readonly shared: SharedGate;
  readonly policyOf: (target: string) => GatePolicy;
  readonly timeoutMs: number;
  /** how many processes share the limits, as far as is known */
  readonly processes: () => number;
  readonly nowMs: () => number;
  readonly onVerdict: (target: string, kind: GateVerdict['kind']) => void;
  /** the breaker's state, whenever it is heard of */
  readonly onState: (target: string, state: BreakerState) => void;
  /** a transition that this process has caused: the others are told, and count nothing */
  readonly onMoved: (target: string, to: BreakerState) => void;
  /** a target that refuses our key, or our credit: people have to see to it */
  readonly onOff: (target: string, why: PauseWhy, ms: number, detail: string) => void;
  readonly onDegraded: (degraded: boolean, cause: unknown) => void;
}

export interface Guard extends Gate {
  /** to be called now and then: an idle process would not notice that the shared gate is back */
  readonly look: () => Promise<void>;
  readonly close: () => void;
}

interface Known {
  readonly circuit: Circuit;
  epoch: number;
  state: BreakerState;
}

interface Entry {
  readonly target: string;
  readonly attempt: string;
  readonly tokens: number;
  readonly epoch: number;
  readonly nowUs: number;
  readonly local: boolean;
}

/** The moment that `enter` gave is good for so long: whoever was held up longer would bunch with those behind. */
const freshMs = 40;
const longestWaitMs = 2_000;
const usPerMs = 1_000;
const toMs = (us: number): number => Math.ceil(us / usPerMs);

/** The gate as an attempt meets it: the shared state asked at every enter, opossum round every call, and a leave behind each. */
export const createGuard = (at: GuardPorts): Guard => {
  const all = new Map<string, Known>();
  const local = createLocalGate(
    () => Math.floor(at.nowMs() * usPerMs),
    () => Math.max(1, at.processes()),
    (target) => all.get(target)?.epoch ?? 0,
  );
  const sure = createSureGate({ ...at, local });

  const hear = (target: string, state: BreakerState): void => {
    const known = all.get(target);
    if (known === undefined) return;
    known.state = state;
    known.circuit.follow(state);
    at.onState(target, state);
  };
  const moved = (target: string, to: BreakerState | null): void => {
    if (to === null) return;
    at.onMoved(target, to);
    hear(target, to);
  };
  const trip = async (target: string): Promise<void> => {
    const known = all.get(target);
    if (known?.state !== 'closed') return;
    const leaving = { attempt: '', outcome: 'trip', tokens: 0, used: 0, pauseUs: 0, why: '' } as const;
    const left = await sure.leave(target, at.policyOf(target), { ...leaving, epoch: known.epoch, enteredUs: 0 }, false);
    moved(target, left.moved);
  };
  const knownOf = (target: string): Known => {
    const openMs = at.policyOf(target).openUs / usPerMs;
    const circuit = () => createCircuit(target, { timeoutMs: at.timeoutMs, openMs }, () => void trip(target));
    const known = all.get(target) ?? { circuit: circuit(), epoch: 0, state: 'closed' as const };
    all.set(target, known);
    return known;
  };
  at.shared.onMove(({ target, state }) => hear(target, state));

  const learn = (target: string, says: GateEntered): void => {
    const known = knownOf(target);
    if ('epoch' in says) known.epoch = says.epoch;
    // A message may be lost: what was said at the door tells as well. `open` is also said to those who come while another one probes.
    const heard = { go: 'closed', probe: 'half-open', open: known.state === 'half-open' ? null : 'open' } as const;
    const state = says.kind === 'go' || says.kind === 'probe' || says.kind === 'open' ? heard[says.kind] : null;
    if (state !== null && state !== known.state) hear(target, state);
  };

  const passOf = ({ target, attempt, tokens, epoch, nowUs, local: isLocal }: Entry): Pass => {
    let given = true;
    const enteredMs = at.nowMs();
    const isProbe = all.get(target)?.state === 'half-open';
    const untilItsTurn = async (): Promise<void> => {
      const policy = at.policyOf(target);
      if (policy.requests === undefined || at.nowMs() - enteredMs <= freshMs) return;
      for (const until = at.nowMs() + longestWaitMs; at.nowMs() < until;) {
        const waitUs = await sure.retime(target, policy, isLocal);
        if (waitUs === 0) return;
        await wait(toMs(waitUs));
      }
    };
    const leave = async ({ outcome, pauseMs, why }: Health, used: number): Promise<void> => {
      if (!given) return;
      given = false;
      const pauseUs = Math.ceil(pauseMs * usPerMs);
      const leaving = { attempt, outcome, epoch, enteredUs: nowUs, tokens, used, pauseUs, why };
      moved(target, (await sure.leave(target, at.policyOf(target), leaving, isLocal)).moved);
    };
    return {
      withdraw: () => leave(silent, 0),
      stands: () => isProbe || all.get(target)?.state !== 'open',
      fire: async (call, used) => {
        if (!given) throw new Error('a pass is for one send');
        let health = silent;
        let spent = tokens;
        try {
          await untilItsTurn();
          const answer = await knownOf(target).circuit.fire(call);
          health = healthy;
          spent = used?.(answer) ?? tokens;
          return answer;
        } catch (error) {
          const fault = toFault(error);
          health = readHealth(fault);
          if (fault.billed === 'no') spent = 0;
          const { why, pauseMs } = health;
          if (why === 'auth' || why === 'quota') at.onOff(target, why, pauseMs, fault.detail);
          throw error;
        } finally {
          await leave(health, spent);
        }
      },
    };
  };

  return {
    enter: async (target, attempt, tokens) => {
      const ask = { attempt, tokens };
      const { says, moved: to, local: isLocal } = await sure.enter(target, at.policyOf(target), ask);
      at.onVerdict(target, says.kind);
      learn(target, says);
      moved(target, to);
      if ('epoch' in says) return { kind: says.kind, pass: passOf({ target, ...ask, ...says, local: isLocal }) };
      if (says.kind === 'paused') return { kind: says.kind, ms: toMs(says.waitUs), why: says.why };
      return { kind: says.kind, ms: toMs(says.waitUs) };
    },
    look: () => sure.look(at.policyOf('')),
    close: () => {
      for (const { circuit } of all.values()) circuit.shutdown();
    },
  };
};
