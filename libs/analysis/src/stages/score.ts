import type { Stage } from '@winnow/kernel';
import type { Verdict } from '../ports';
import type { Answered, FulfilAsk, FulfilPorts } from './fulfil-flow';
import { grade, type Graded } from './grade';

export const score = (at: FulfilPorts): Stage<FulfilAsk & { answered: Answered }, { graded: Graded }, Verdict> => ({
  name: 'score',
  enter: async (flow) => {
    const graded = grade(at, flow, flow.answered);
    const { score: found, checks, calibrated } = graded.scored;
    const objections = checks.filter(({ ok }) => !ok).map(({ name }) => name);
    const { floor } = flow.job;
    return {
      add: { graded },
      note: found >= floor ? 'met' : 'below-floor',
      why: `${found}${calibrated ? ', learned,' : ''} against ${floor}${objections.length > 0 ? `; objections: ${objections.join(', ')}` : ''}`,
    };
  },
});
