import { toFault, type BreakerState } from '@winnow/kernel';
import CircuitBreaker from 'opossum';
import { readHealth } from './read-health';

/** One target's opossum in this process: statistics, a back stop, and a second trip. The shared state decides, and this follows. */
export interface Circuit {
  readonly fire: <Answer>(call: () => Promise<Answer>) => Promise<Answer>;
  readonly follow: (state: BreakerState) => void;
  readonly shutdown: () => void;
}

/** The attempt's own signal ends it before; this is for a call that does not heed it. */
const backStopMs = 1_000;
const windowMs = 60_000;

type Ended = { readonly answer: unknown } | { readonly refused: unknown };

/** Refusals are values here: a provider that says no is not a provider that fails. */
const ended = async (call: () => Promise<unknown>): Promise<Ended> => {
  try {
    return { answer: await call() };
  } catch (error) {
    if (readHealth(toFault(error)).outcome === 'fail') throw error;
    return { refused: error };
  }
};

export const createCircuit = (
  target: string,
  { timeoutMs, openMs }: { readonly timeoutMs: number; readonly openMs: number },
  onTrip: () => void,
): Circuit => {
  let ours = false;
  const quietly = (act: () => void): void => {
    ours = true;
    act();
    ours = false;
  };
  const make = () => {
    const circuit = new CircuitBreaker<[() => Promise<unknown>], Ended>(ended, {
      name: target,
      timeout: timeoutMs + backStopMs,
      // Trips for a target that fails every second call and never five in a row; at 50 % it never would, since the rule is `more than`.
      volumeThreshold: 20,
      errorThresholdPercentage: 40,
      rollingCountTimeout: windowMs,
      rollingCountBuckets: 6,
      resetTimeout: openMs,
    });
    circuit.on('open', () => {
      if (!ours) onTrip();
    });
    return circuit;
  };
  let circuit = make();
  let wasShut = false;
  return {
    fire: async <Answer>(call: () => Promise<Answer>): Promise<Answer> => {
      // Whoever fires has been let by: what opossum thinks of it by itself does not count.
      if (!circuit.closed) quietly(() => circuit.close());
      const end = await circuit.fire(call);
      if ('refused' in end) throw end.refused;
      return end.answer as Answer;
    },
    follow: (state) => {
      if (state !== 'closed') {
        wasShut = true;
        return quietly(() => circuit.open());
      }
      if (!wasShut) return;
      wasShut = false;
      // Failures of before the closing would trip it again at the first new one.
      circuit.shutdown();
      circuit = make();
    },
    shutdown: () => circuit.shutdown(),
  };
};
