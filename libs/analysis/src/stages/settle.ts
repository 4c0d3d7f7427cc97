import { printUsd, type Stage } from '@winnow/kernel';
import type { Scored } from '../policies/score-answer';
import type { Verdict } from '../ports';
import { closeAttempt } from './close-attempt';
import type { Answered, FulfilAsk, FulfilPorts } from './fulfil-flow';

export const settle = (
  at: FulfilPorts,
): Stage<FulfilAsk & { answered: Answered; scored: Scored }, Record<never, never>, Verdict> => ({
  name: 'settle',
  enter: async (flow) => {
    const { open, output, text, ...bill } = flow.answered;
    if (open.paid === null)
      await closeAttempt(at, flow, { ...bill, attempt: open.id, kind: 'settled', outcome: 'ok', answer: text });
    const { score, checks } = flow.scored;
    return {
      answer: { state: 'succeeded', result: output, score, checks, rung: open.rung },
      note: 'settled',
      why: `$${printUsd(bill.nanos)} of $${printUsd(open.held)} held${bill.estimated ? ', by our own count' : ''}`,
    };
  },
});
