import type { Judgement } from '../judging/judge-task';

type Better = Judgement['better'];

/**
 * A judge sees the two answers in both orders, since judges lean to one side. Only when both times the reference is better is the judged answer
 * worse; a split verdict is a tie, and a tie is no fault.
 */
export const weighJudgements = (judgedFirst: Better, judgedSecond: Better): { value: number; agreed: boolean } => {
  const worse = judgedFirst === 'second' && judgedSecond === 'first';
  const better = judgedFirst === 'first' && judgedSecond === 'second';
  return { value: worse ? 0 : better ? 1 : 0.5, agreed: !worse };
};
