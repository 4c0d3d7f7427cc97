import { printUsd, type Stage } from '@winnow/kernel';
import type { SampleOut } from '@winnow/contracts';
import type { Verdict } from '../ports';
import { settleAnswer, settleLater } from './close-attempt';
import type { FulfilAsk, FulfilPorts } from './fulfil-flow';
import type { Graded } from './grade';

export const settle = (
  at: FulfilPorts,
): Stage<
  FulfilAsk & { best: Graded; served: Graded; samples: readonly SampleOut[] },
  Record<never, never>,
  Verdict
> => ({
  name: 'settle',
  enter: async (flow) => {
    const { best, served, samples } = flow;
    // In few commits the bill goes with the end of the job, else before it.
    const closing = at.fused ? settleLater(at, flow, best.answered) : null;
    if (closing === null) await settleAnswer(at, flow, best.answered);
    const { open, nanos, estimated } = best.answered;
    const { score, checks, calibrated } = served.scored;
    return {
      answer: {
        state: 'succeeded',
        result: served.answered.output,
        score,
        checks,
        calibrated,
        rung: served.answered.open.rung,
        model: served.answered.modelResolved,
        answer: open.id,
        samples,
        ...(closing !== null && { closing }),
      },
      note: 'settled',
      why: `$${printUsd(nanos)} of $${printUsd(open.held)} held${estimated ? ', by our own count' : ''}`,
    };
  },
});
