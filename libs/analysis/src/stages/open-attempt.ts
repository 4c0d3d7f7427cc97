import type { Nano, Pass } from '@winnow/kernel';
import type { HoldVerdict, Rung, Verdict } from '../ports';
import { failed, type FulfilAsk, type FulfilPorts, type OpenAttempt } from './fulfil-flow';
import { worstCase } from './room';

export interface Refused {
  readonly refused: Verdict;
  readonly why: string;
  /** a cheaper rung might fit */
  readonly forMoney: boolean;
  readonly note?: string;
}
export type Opening = { readonly open: OpenAttempt } | Refused;

/** A scope of the tenant's own has no name behind its kind. */
const nameOf = (scope: string): string => scope.replace(/:$/, '');

const refusal = (verdict: Exclude<HoldVerdict, { kind: 'granted' }>, flow: FulfilAsk, nanos: Nano): Opening => {
  switch (verdict.kind) {
    case 'lost':
      return { refused: { state: 'canceling' }, why: 'the job was taken away or asked to stop', forMoney: false };
    case 'over-cap':
      return {
        refused: failed('request-cost-too-high', 'the worst case of this call does not fit under maxCost', false, null),
        why: 'over maxCost',
        forMoney: true,
      };
    case 'over-budget':
      return {
        refused:
          flow.job.whenOver === 'park'
            ? { state: 'parked', parked: { scope: verdict.scope, wants: nanos, until: verdict.resetsAt } }
            : failed(
                'over-budget',
                `${nameOf(verdict.scope)} has no room until ${verdict.resetsAt.toISOString()}`,
                true,
                null,
              ),
        why: `${nameOf(verdict.scope)} has no room`,
        forMoney: true,
      };
  }
};

export const outgrown = ({ model }: Rung): Refused => ({
  refused: failed('provider-refused', `the call is longer than ${model} takes at its price`, false, null),
  why: 'too long for every rung',
  forMoney: false,
});

export interface Admitted {
  readonly id: string;
  readonly rung: Rung;
  readonly rungIndex: number;
  readonly maxTokens: number;
  readonly pass: Pass;
  readonly purpose?: 'answer' | 'audit';
}

const setAside = async (
  at: FulfilPorts,
  flow: FulfilAsk,
  { id, rung, rungIndex, maxTokens, pass, purpose = 'answer' }: Admitted,
): Promise<Opening> => {
  if (at.stopping()) return { refused: { state: 'queued' }, why: 'stopping: back to the queue', forMoney: false };
  const nanos = worstCase(flow, rung, maxTokens);
  const lane = flow.job.plan?.lane ?? 'direct';
  const { job, requestHash } = flow;
  const verdict = await at.ledger.openHold({
    attempt: id,
    job,
    rung,
    lane,
    requestHash,
    maxTokens,
    nanos,
    ...(at.fused && { sends: true }),
  });
  if (verdict.kind !== 'granted') return refusal(verdict, flow, nanos);
  flow.attempts.push({
    id,
    n: verdict.n,
    provider: rung.provider,
    model: rung.model,
    modelResolved: null,
    lane,
    priceId: rung.price.id,
    price: rung.price,
    state: 'held',
    outcome: null,
    held: nanos,
    actual: null,
    tokens: null,
    estimated: false,
    answer: null,
    sentAt: verdict.sentAt ?? null,
    ms: null,
    purpose,
    score: null,
    signs: null,
  });
  return { open: { id, rung, rungIndex, maxTokens, held: nanos, paid: null, pass, sentAt: verdict.sentAt } };
};

/** Sets aside the worst case of one call that the gate lets through, and writes the attempt down. Without the money the pass goes back. */
export const openAttempt = async (at: FulfilPorts, flow: FulfilAsk, admitted: Admitted): Promise<Opening> => {
  let isOpen = false;
  try {
    const opening = await setAside(at, flow, admitted);
    isOpen = 'open' in opening;
    return opening;
  } finally {
    if (!isOpen) await admitted.pass.withdraw();
  }
};
