import type { Stage } from '@winnow/kernel';
import { printUsd } from '@winnow/kernel';
import type { AttemptRecord, Verdict } from '../ports';
import { failed, type FulfilAsk, type FulfilPorts, type OpenAttempt } from './fulfil-flow';
import { openAttempt } from './open-attempt';

/** An earlier claim may have died between paying and finishing: what is paid for is used, never bought again. */
const alreadyPaid = (attempts: readonly AttemptRecord[]): AttemptRecord | undefined =>
  attempts.findLast(({ state, outcome, answer }) => state === 'settled' && outcome === 'ok' && answer !== null);

export const hold = (at: FulfilPorts): Stage<FulfilAsk, { open: OpenAttempt }, Verdict> => ({
  name: 'hold',
  enter: async (flow) => {
    const rung = flow.ladder[0];
    if (rung === undefined)
      return {
        answer: failed('provider-failed', 'no model of this plan can be called now', true, null),
        note: 'no-rung',
      };
    const paid = alreadyPaid(flow.attempts);
    if (paid !== undefined)
      return { add: { open: { id: paid.id, rung, rungIndex: 0, held: paid.held, paid } }, note: 'paid' };
    const opening = await openAttempt(at, flow, rung, 0);
    if ('refused' in opening) return { answer: opening.refused, note: 'refused', why: opening.why };
    return { add: opening, note: 'granted', why: `$${printUsd(opening.open.held)} set aside` };
  },
});
