import type { Stage } from '@winnow/kernel';
import type { Verdict } from '../ports';
import { climb } from './climb';
import { settleAnswer } from './close-attempt';
import type { Answered, FulfilAsk, FulfilPorts, OpenAttempt } from './fulfil-flow';

export const execute = (
  at: FulfilPorts,
): Stage<FulfilAsk & { open: OpenAttempt }, { answered: Answered }, Verdict> => ({
  name: 'execute',
  enter: async (flow) => {
    const climbed = await climb(at, flow, flow.open);
    if ('answer' in climbed) return climbed;
    const { answered, sends } = climbed;
    return {
      add: { answered },
      note: flow.open.paid === null ? 'ok' : 'reused',
      why: `${answered.open.rung.provider} ${answered.modelResolved}${sends > 1 ? `, send ${sends}` : ''}`,
    };
  },
  // Only still held when a stage below failed: the answer is paid for, and the next claim uses it instead of buying it again.
  leave: (flow) => settleAnswer(at, flow, flow.answered),
});
