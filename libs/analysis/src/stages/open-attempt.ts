import type { Nano } from '@winnow/kernel';
import type { HoldVerdict, Rung, Verdict } from '../ports';
import { fitsPrice, sizeHold } from '../policies/size-hold';
import { failed, type FulfilAsk, type FulfilPorts, type OpenAttempt } from './fulfil-flow';

type Opening =
  | { readonly open: OpenAttempt }
  | { readonly refused: Verdict; readonly why: string; /** a cheaper rung might fit */ readonly forMoney: boolean };

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

const outgrown = ({ model }: Rung): Opening => ({
  refused: failed('provider-refused', `the call is longer than ${model} takes at its price`, false, null),
  why: 'too long for every rung',
  forMoney: false,
});

const worstCase = ({ holdTokens, prompt }: FulfilAsk, rung: Rung): Nano =>
  sizeHold(rung.price, holdTokens, prompt.maxTokens);

/** Sets aside the worst case of one call on one rung, and writes the attempt down. */
const openAttempt = async (at: FulfilPorts, flow: FulfilAsk, rung: Rung, rungIndex: number): Promise<Opening> => {
  if (at.stopping()) return { refused: { state: 'queued' }, why: 'stopping: back to the queue', forMoney: false };
  const id = at.newAttemptId();
  const nanos = worstCase(flow, rung);
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
    purpose: 'answer',
    score: null,
  });
  return { open: { id, rung, rungIndex, held: nanos, paid: null, sentAt: verdict.sentAt } };
};

/**
 * Opens an attempt on this rung or, where the money does not reach, on the next one behind it that costs less. A job is accepted when its
 * cheapest rung fits its cap, so that rung has to be tried. Null: the ladder has no such rung.
 */
export const openFrom = async (at: FulfilPorts, flow: FulfilAsk, rungIndex: number): Promise<Opening | null> => {
  let last: { readonly opening: Opening; readonly nanos: Nano } | null = null;
  let tooLong: Opening | null = null;
  for (const [index, rung] of flow.ladder.entries()) {
    if (index < rungIndex) continue;
    if (!fitsPrice(rung.price, flow.holdTokens, flow.prompt.maxTokens)) {
      tooLong ??= outgrown(rung);
      continue;
    }
    const nanos = worstCase(flow, rung);
    if (last !== null && nanos >= last.nanos) continue;
    const opening = await openAttempt(at, flow, rung, index);
    if ('open' in opening || !opening.forMoney) return opening;
    last = { opening, nanos };
  }
  return last === null ? tooLong : last.opening;
};
