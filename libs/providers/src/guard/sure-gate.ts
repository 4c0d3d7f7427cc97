import type { Entering, GateEntered, GatePolicy, Leaving, Left, SharedGate } from '@winnow/kernel';
import type { LocalGate } from './local-gate';

/** The shared gate, and this process' own for while that is away: always an answer, and soon. */
export interface SureGate {
  readonly enter: (
    target: string,
    policy: GatePolicy,
    ask: Entering,
  ) => Promise<{ readonly says: GateEntered; readonly moved: Left['moved']; readonly local: boolean }>;
  readonly leave: (target: string, policy: GatePolicy, leaving: Leaving, local: boolean) => Promise<Left>;
  readonly retime: (target: string, policy: GatePolicy, local: boolean) => Promise<number>;
  /** whether the shared gate is back, asked by a process that nobody makes enter */
  readonly look: (policy: GatePolicy) => Promise<void>;
}

export interface SureGatePorts {
  readonly shared: Pick<SharedGate, 'enter' | 'leave' | 'retime'>;
  readonly local: LocalGate;
  readonly nowMs: () => number;
  readonly onDegraded: (degraded: boolean, cause: unknown) => void;
}

const enterWithinMs = 250;
const leaveWithinMs = 1_000;
/** so long it is not asked again: its absence must not cost every call a wait */
const restMs = 1_000;

const within = async <Answer>(ms: number, asked: Promise<Answer>, late: (answer: Answer) => void): Promise<Answer> => {
  let isLate = false;
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      isLate = true;
      reject(new Error(`no answer in ${ms} ms`));
    }, ms);
  });
  asked.then((answer) => isLate && late(answer)).catch(() => undefined);
  try {
    return await Promise.race([asked, tooLate]);
  } finally {
    clearTimeout(timer);
  }
};

const nothing = { tokens: 0, used: 0, pauseUs: 0, why: '' } as const;

export const createSureGate = ({ shared, local, nowMs, onDegraded }: SureGatePorts): SureGate => {
  let restUntil = -Infinity;
  let degraded = false;
  const turn = (to: boolean, cause: unknown): void => {
    if (to) restUntil = nowMs() + restMs;
    if (to !== degraded) onDegraded(to, cause);
    degraded = to;
  };
  const giveBack = (target: string, policy: GatePolicy, ask: Entering, says: GateEntered): Promise<unknown> =>
    'epoch' in says
      ? shared.leave(target, policy, {
          attempt: ask.attempt,
          outcome: 'neutral',
          epoch: says.epoch,
          enteredUs: says.nowUs,
          ...nothing,
          tokens: ask.tokens,
        })
      : Promise.resolve();
  /** What this process found out while it was alone, told once: the shared state wins, but it did not see this. */
  const report = async (target: string, policy: GatePolicy, ask: Entering, says: GateEntered): Promise<boolean> => {
    const found = local.forget(target);
    if (found === null || found.state === 'closed' || says.kind !== 'go') return false;
    await shared.leave(target, policy, {
      attempt: '',
      outcome: 'trip',
      epoch: says.epoch,
      enteredUs: says.nowUs,
      ...nothing,
    });
    await giveBack(target, policy, ask, says);
    return true;
  };
  const askShared = async (target: string, policy: GatePolicy, ask: Entering) => {
    const asked = shared.enter(target, policy, ask);
    const got = await within(enterWithinMs, asked, ({ says }) => {
      giveBack(target, policy, ask, says).catch(() => undefined);
    });
    turn(false, null);
    if (!(await report(target, policy, ask, got.says))) return { ...got, local: false };
    return { says: { kind: 'open' as const, waitUs: policy.openUs }, moved: 'open' as const, local: false };
  };
  return {
    enter: async (target, policy, ask) => {
      if (nowMs() >= restUntil) {
        try {
          return await askShared(target, policy, ask);
        } catch (error) {
          turn(true, error);
        }
      }
      return { ...local.enter(target, policy, ask), local: true };
    },
    leave: async (target, policy, leaving, isLocal) => {
      if (isLocal) return local.leave(target, policy, leaving);
      try {
        return await within(leaveWithinMs, shared.leave(target, policy, leaving), () => undefined);
      } catch (error) {
        turn(true, error);
        return local.leave(target, policy, leaving);
      }
    },
    look: async (policy) => {
      if (!degraded) return;
      try {
        // Without a rate this reads and writes nothing.
        await within(enterWithinMs, shared.retime('', { ...policy, requests: undefined }), () => undefined);
        restUntil = -Infinity;
        turn(false, null);
      } catch (error) {
        turn(true, error);
      }
    },
    retime: async (target, policy, isLocal) => {
      if (isLocal) return local.retime(target, policy);
      try {
        return await within(enterWithinMs, shared.retime(target, policy), () => undefined);
      } catch (error) {
        turn(true, error);
        return local.retime(target, policy);
      }
    },
  };
};
