import type { HoldVerdict, Rung, Verdict } from '../ports';
import { sizeHold } from '../policies/size-hold';
import { failed, type FulfilAsk, type FulfilPorts, type OpenAttempt } from './fulfil-flow';

type Opening = { readonly open: OpenAttempt } | { readonly refused: Verdict; readonly why: string };

const refusal = (
  verdict: Exclude<HoldVerdict, { kind: 'granted' }>,
  flow: FulfilAsk,
): { refused: Verdict; why: string } => {
  switch (verdict.kind) {
    case 'lost':
      return { refused: { state: 'canceling' }, why: 'the job was taken away or asked to stop' };
    case 'over-cap':
      return {
        refused: failed('request-cost-too-high', 'the worst case of this call does not fit under maxCost', false, null),
        why: 'over maxCost',
      };
    case 'over-budget':
      return {
        refused:
          flow.job.whenOver === 'park'
            ? { state: 'parked', parkedUntil: verdict.resetsAt }
            : failed('over-budget', `${verdict.scope} has no room until ${verdict.resetsAt.toISOString()}`, true, null),
        why: `${verdict.scope} has no room`,
      };
  }
};

/** Sets aside the worst case of one call on one rung, and writes the attempt down. */
export const openAttempt = async (
  at: FulfilPorts,
  flow: FulfilAsk,
  rung: Rung,
  rungIndex: number,
): Promise<Opening> => {
  if (at.stopping()) return { refused: { state: 'queued' }, why: 'stopping: back to the queue' };
  const id = at.newAttemptId();
  const nanos = sizeHold(rung.price, flow.holdTokens, flow.prompt.maxTokens);
  const lane = flow.job.plan?.lane ?? 'direct';
  const { job, requestHash } = flow;
  const verdict = await at.ledger.openHold({
    attempt: id,
    job,
    rung,
    lane,
    requestHash,
    maxTokens: flow.prompt.maxTokens,
    nanos,
  });
  if (verdict.kind !== 'granted') return refusal(verdict, flow);
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
    sentAt: null,
    ms: null,
  });
  return { open: { id, rung, rungIndex, held: nanos, paid: null } };
};
