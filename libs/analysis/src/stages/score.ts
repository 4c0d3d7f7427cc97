import type { Stage } from '@winnow/kernel';
import { scoreAnswer, type Scored } from '../policies/score-answer';
import type { Verdict } from '../ports';
import type { Answered, FulfilAsk } from './fulfil-flow';

export const score = (): Stage<FulfilAsk & { answered: Answered }, { scored: Scored }, Verdict> => ({
  name: 'score',
  enter: async ({ task, job, answered }) => {
    const scored = scoreAnswer(task, job.input, answered.output);
    const objections = scored.checks.filter(({ ok }) => !ok).map(({ name }) => name);
    return {
      add: { scored },
      note: scored.score >= job.floor ? 'met' : 'below-floor',
      why: `${scored.score} against ${job.floor}${objections.length > 0 ? `; objections: ${objections.join(', ')}` : ''}`,
    };
  },
});
