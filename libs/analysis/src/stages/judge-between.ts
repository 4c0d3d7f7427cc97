import { chooseJudge } from '../policies/choose-judge';
import { weighJudgements } from '../policies/weigh-judgements';
import { judgeTask, type Judgement } from '../judging/judge-task';
import { sizeHold } from '../policies/size-hold';
import { renderPrompt } from '../render-prompt';
import type { FulfilAsk, FulfilPorts } from './fulfil-flow';
import type { Graded } from './grade';
import { measurePrompt } from './measure-prompt';
import { refer } from './refer';
import { roomOf } from './room';

type Output = Graded['answered']['output'];

const askOf = (at: FulfilPorts, flow: FulfilAsk, first: Output, second: Output): FulfilAsk => {
  const { task, job } = flow;
  const instructions = task.instructions(job.input as never);
  const input = { task: task.name, instructions, input: job.input, first, second };
  // The attempts stay the job's own list: what judging costs is on its receipt.
  return { ...flow, live: undefined, task: judgeTask, ...measurePrompt(at.tokens, renderPrompt(judgeTask, input)) };
};

/** Two answers that no comparator can tell apart, in both orders, by a model of neither's family. Null: nobody could be asked. */
export const judgeBetween = async (
  at: FulfilPorts,
  flow: FulfilAsk,
  judged: Graded,
  reference: Graded,
): Promise<{ readonly value: number; readonly agreed: boolean } | null> => {
  const judge = chooseJudge([judged.answered.open.rung, reference.answered.open.rung], at.catalogue);
  if (judge === null) return null;
  const one = judged.answered.output;
  const other = reference.answered.output;
  const asks = [askOf(at, flow, one, other), askOf(at, flow, other, one)] as const;
  const worst = asks.reduce((sum, ask) => sum + sizeHold(judge.price, ask.holdTokens, ask.prompt.maxTokens), 0n);
  if (worst > roomOf(flow, judged.answered) || worst > (await at.sampling.allowance(flow.job.tenantId))) return null;
  const first = await refer(at, asks[0], judge);
  const second = first === null ? null : await refer(at, asks[1], judge);
  if (first === null || second === null) return null;
  return weighJudgements((first.answered.output as Judgement).better, (second.answered.output as Judgement).better);
};
