import type { Stage } from '@winnow/kernel';
import { printUsd } from '@winnow/kernel';
import type { AttemptRecord, Verdict } from '../ports';
import { failed, type FulfilAsk, type FulfilPorts, type OpenAttempt } from './fulfil-flow';
import { openFrom } from './open-from';

/** An earlier claim may have died between paying and finishing: what is paid for is used, never bought again. */
const alreadyPaid = (attempts: readonly AttemptRecord[]): AttemptRecord | undefined =>
  attempts.findLast(({ state, outcome, answer }) => state === 'settled' && outcome === 'ok' && answer !== null);

/** The rung that was paid. It may have left the ladder since, with its provider's key or its price: what it answered is paid all the same. */
const rungOf = (flow: FulfilAsk, paid: AttemptRecord): Pick<OpenAttempt, 'rung' | 'rungIndex'> => {
  const { provider, model, price } = paid;
  const rungIndex = flow.ladder.findIndex((rung) => rung.provider === provider && rung.model === model);
  return { rungIndex, rung: flow.ladder[rungIndex] ?? { provider, model, price, tier: flow.task.start.tier } };
};

export const hold = (at: FulfilPorts): Stage<FulfilAsk, { open: OpenAttempt }, Verdict> => ({
  name: 'hold',
  enter: async (flow) => {
    const paid = alreadyPaid(flow.attempts);
    if (paid !== undefined)
      return {
        add: {
          open: {
            id: paid.id,
            held: paid.held,
            paid,
            pass: null,
            maxTokens: flow.prompt.maxTokens,
            ...rungOf(flow, paid),
          },
        },
        note: 'paid',
      };
    const opening = await openFrom(at, flow, 0);
    if (opening === null)
      return {
        answer: failed('provider-failed', 'no model of this plan can be called now', true, null),
        note: 'no-rung',
      };
    if ('refused' in opening) return { answer: opening.refused, note: opening.note ?? 'refused', why: opening.why };
    return { add: opening, note: 'granted', why: `$${printUsd(opening.open.held)} set aside` };
  },
});
