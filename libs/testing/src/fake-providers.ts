import type { Call, Completion, Providers } from '@winnow/analysis';
import { fault, FaultError, type FaultKind } from '@winnow/kernel';

/** What a provider does with one call. */
export type Behaviour = (call: Call) => Completion | Promise<Completion>;

const usage = { prompt_tokens: 100, completion_tokens: 20 };

export const answers =
  (body: unknown, more: Partial<Completion> = {}): Behaviour =>
  ({ attempt, rung }) => ({
    id: `chatcmpl-${attempt}`,
    model: `${rung.model}-dated`,
    text: typeof body === 'string' ? body : JSON.stringify(body),
    finish: 'stop',
    usage,
    ...more,
  });

export const fails =
  (kind: FaultKind, extra: Parameters<typeof fault>[2] = {}): Behaviour =>
  () => {
    throw new FaultError(fault(kind, `it was ${kind}`, extra));
  };

export interface FakeProviders extends Providers {
  readonly calls: readonly Call[];
}

/** Plays the behaviours in order. A call that nobody expected is a fault of the test. */
export const createFakeProviders = (
  script: readonly Behaviour[],
  onCall: (call: Call) => void = () => undefined,
): FakeProviders => {
  const calls: Call[] = [];
  return {
    calls,
    complete: async (call) => {
      onCall(call);
      const behaviour = script[calls.push(call) - 1];
      if (behaviour === undefined) throw new Error(`call ${calls.length} was not expected`);
      return behaviour(call);
    },
  };
};
