import type { Nano } from '@winnow/kernel';
import { boundAnswer } from '../policies/bound-answer';
import { sizeHold } from '../policies/size-hold';
import type { Rung, Step } from '../ports';
import type { Answered, FulfilAsk, OpenAttempt } from './fulfil-flow';

/** How much a call to this rung may answer: more than the task asks for, once an answer to this job was cut off. */
export const boundOf = ({ prompt, attempts }: FulfilAsk, { price }: Rung): number =>
  boundAnswer(prompt.maxTokens, attempts, price.maxOutput);

export const worstCase = (flow: FulfilAsk, rung: Rung, maxTokens = boundOf(flow, rung)): Nano =>
  sizeHold(rung.price, flow.holdTokens, maxTokens);

/** What is left under the job's cap once this answer is booked. */
export const roomOf = ({ job, attempts }: FulfilAsk, { open, nanos }: Answered): Nano => {
  const booked = attempts.reduce((sum, { id, actual, held }) => sum + (id === open.id ? nanos : (actual ?? held)), 0n);
  return job.cap - booked;
};

/** Where on the ladder an answer came from; what has left the ladder since stands at its foot. */
export const stepOf = ({ ladder }: FulfilAsk, { rung, rungIndex }: OpenAttempt): Step => ({
  ...rung,
  step: ladder[rungIndex]?.step ?? 0,
});
