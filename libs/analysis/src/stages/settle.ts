import { printUsd, type Stage } from '@winnow/kernel';
import type { Scored } from '../policies/score-answer';
import type { Closing, Verdict } from '../ports';
import { closeAttempt, noteClosed } from './close-attempt';
import type { Answered, FulfilAsk, FulfilPorts } from './fulfil-flow';

export const settle = (
  at: FulfilPorts,
): Stage<FulfilAsk & { answered: Answered; scored: Scored }, Record<never, never>, Verdict> => ({
  name: 'settle',
  enter: async (flow) => {
    const { open, output, text, ...bill } = flow.answered;
    const closing: Closing = { ...bill, attempt: open.id, kind: 'settled', outcome: 'ok', answer: text };
    if (open.paid === null) await (at.fused ? noteClosed(flow, closing) : closeAttempt(at, flow, closing));
    const { score, checks } = flow.scored;
    const booked = at.fused && open.paid === null ? { closing } : {};
    return {
      answer: { state: 'succeeded', result: output, score, checks, rung: open.rung, ...booked },
      note: 'settled',
      why: `$${printUsd(bill.nanos)} of $${printUsd(open.held)} held${bill.estimated ? ', by our own count' : ''}`,
    };
  },
});
