import { scoreAnswer, type Scored } from '../policies/score-answer';
import { nameOfRung } from '../rung-name';
import { noteScore } from './close-attempt';
import type { Answered, FulfilAsk, FulfilPorts } from './fulfil-flow';

/** An answer and how good it was found. */
export interface Graded {
  readonly answered: Answered;
  readonly scored: Scored;
}

export const gradeQuietly = ({ learned }: FulfilPorts, flow: FulfilAsk, answered: Answered): Graded => ({
  answered,
  scored: scoreAnswer({
    task: flow.task,
    input: flow.job.input,
    output: answered.output,
    rung: nameOfRung(answered.open.rung),
    tokens: answered.tokens.output,
    maxTokens: flow.prompt.maxTokens,
    verifier: learned?.verifier(flow.task.name) ?? null,
  }),
});

/** Graded, and written down with its attempt. */
export const grade = (at: FulfilPorts, flow: FulfilAsk, answered: Answered): Graded => {
  const graded = gradeQuietly(at, flow, answered);
  noteScore(flow, answered.open.id, graded.scored);
  return graded;
};
