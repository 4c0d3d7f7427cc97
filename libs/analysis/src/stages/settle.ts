import { printUsd, type Stage } from '@winnow/kernel';
import type { SampleOut } from '@winnow/contracts';
import type { ClaimedJob, Verdict } from '../ports';
import { settleAnswer, settleLater } from './close-attempt';
import type { FulfilAsk, FulfilPorts } from './fulfil-flow';
import type { Graded } from './grade';

/** What was paid for is handed over in any case; whoever asked to be strict gets it with a failure. */
const endOf = (
  { strict, floor }: ClaimedJob,
  score: number,
  attempt: number | null,
): Pick<Verdict, 'state' | 'error'> =>
  strict && score < floor
    ? {
        state: 'failed',
        error: {
          code: 'below-floor',
          detail: `the best answer scores ${score}, under the floor of ${floor}; it is in \`result\``,
          retryable: false,
          attempt,
        },
      }
    : { state: 'succeeded' };

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
        ...endOf(flow.job, score, flow.attempts.find(({ id }) => id === open.id)?.n ?? null),
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
