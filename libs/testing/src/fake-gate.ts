import type { Gate, GateRefusal, Pass } from '@winnow/kernel';

export interface FakeGate extends Gate {
  /** what was asked, in order */
  readonly entered: readonly string[];
  /** attempts whose pass has not come back */
  readonly inside: ReadonlySet<string>;
  readonly withdrawn: readonly string[];
  /** attempts whose target is shut after they were let through */
  readonly fallen: Set<string>;
}

/** Lets through whatever the test does not shut. A pass that is used twice is a fault of the code. */
export const createFakeGate = (shut: (target: string, asked: number) => GateRefusal | null = () => null): FakeGate => {
  const entered: string[] = [];
  const inside = new Set<string>();
  const withdrawn: string[] = [];
  const fallen = new Set<string>();
  const passOf = (attempt: string): Pass => ({
    stands: () => !fallen.has(attempt),
    fire: async (call) => {
      if (!inside.has(attempt)) throw new Error(`the pass of ${attempt} was used before`);
      try {
        return await call();
      } finally {
        inside.delete(attempt);
      }
    },
    withdraw: async () => {
      if (inside.delete(attempt)) withdrawn.push(attempt);
    },
  });
  return {
    entered,
    inside,
    withdrawn,
    fallen,
    enter: async (target, attempt) => {
      entered.push(target);
      const refusal = shut(target, entered.length);
      if (refusal !== null) return refusal;
      inside.add(attempt);
      return { kind: 'go', pass: passOf(attempt) };
    },
  };
};
