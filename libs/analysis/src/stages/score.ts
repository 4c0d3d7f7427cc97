import type { Stage } from '@winnow/kernel';
import type { Verdict } from '../ports';
import type { Answered, FulfilAsk } from './fulfil-flow';
import { grade, type Graded } from './grade';

export const score = (): Stage<FulfilAsk & { answered: Answered }, { graded: Graded }, Verdict> => ({
  name: 'score',
  enter: async (flow) => {
    const graded = grade(flow, flow.answered);
    const { score: found, checks } = graded.scored;
    const objections = checks.filter(({ ok }) => !ok).map(({ name }) => name);
    const { floor } = flow.job;
    return {
      add: { graded },
      note: found >= floor ? 'met' : 'below-floor',
      why: `${found} against ${floor}${objections.length > 0 ? `; objections: ${objections.join(', ')}` : ''}`,
    };
  },
});
