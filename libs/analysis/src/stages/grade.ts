import { scoreAnswer, type Scored } from '../policies/score-answer';
import { noteScore } from './close-attempt';
import type { Answered, FulfilAsk } from './fulfil-flow';

/** An answer and how good it was found. */
export interface Graded {
  readonly answered: Answered;
  readonly scored: Scored;
}

export const grade = (flow: FulfilAsk, answered: Answered): Graded => {
  const scored = scoreAnswer(flow.task, flow.job.input, answered.output);
  noteScore(flow, answered.open.id, scored.score);
  return { answered, scored };
};
