import type { Stage } from '@winnow/kernel';
import { chooseEscalation } from '../policies/choose-escalation';
import type { Verdict } from '../ports';
import { climb } from './climb';
import { settleAnswer } from './close-attempt';
import type { FulfilAsk, FulfilPorts } from './fulfil-flow';
import { grade, type Graded } from './grade';
import { openFrom } from './open-from';
import { roomOf, stepOf, worstCase } from './room';

/** The better of the two is handed over; of equals the one from further up. Both are paid. */
const betterOf = (below: Graded, above: Graded): Graded => (above.scored.score >= below.scored.score ? above : below);

export interface Climbed {
  readonly best: Graded;
  /** what was answered one step up, where it was asked */
  readonly above: Graded | null;
}

export const escalate = (at: FulfilPorts): Stage<FulfilAsk & { graded: Graded }, Climbed, Verdict> => ({
  name: 'escalate',
  enter: async (flow) => {
    const { graded } = flow;
    const choice = chooseEscalation({
      score: graded.scored.score,
      floor: flow.job.floor,
      threshold: at.learned?.threshold(flow.task.name) ?? null,
      answered: stepOf(flow, graded.answered.open),
      ladder: flow.ladder,
      attempts: flow.attempts.map((one) => (one.id === graded.answered.open.id ? { ...one, outcome: 'ok' } : one)),
      room: roomOf(flow, graded.answered),
      worstOf: (rung) => worstCase(flow, rung),
    });
    const stay = (note: string, why?: string) => ({
      add: { best: graded, above: null },
      note,
      ...(why === undefined ? {} : { why }),
    });
    if (choice.do === 'stay') return stay(choice.note, choice.why);
    // Booked before the next is asked: should this process die now, the first answer is not bought again.
    await settleAnswer(at, flow, graded.answered);
    const opening = await openFrom(at, flow, choice.rungIndex);
    if (opening === null) return stay('top', 'the ladder ends');
    if ('refused' in opening)
      return opening.refused.state === 'canceling'
        ? { answer: opening.refused, note: 'canceling' }
        : stay('not-climbed', opening.why);
    const climbed = await climb(at, flow, opening.open, choice.rungIndex);
    if ('answer' in climbed)
      return climbed.answer.state === 'canceling' ? climbed : stay('not-climbed', climbed.why ?? climbed.note);
    const above = grade(at, flow, climbed.answered);
    await settleAnswer(at, flow, climbed.answered);
    const best = betterOf(graded, above);
    const kept = best === above ? 'better' : 'no better, the first is handed over';
    return {
      add: { best, above },
      note: best === above ? 'climbed' : 'kept',
      why: `${choice.why}; ${above.scored.score}: ${kept}`,
    };
  },
});
