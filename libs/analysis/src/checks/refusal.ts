import type { CheckResult } from '@winnow/contracts';

const refusals =
  /\b(?:i(?: can(?:no|')t| am (?:not able|unable|sorry)|'m (?:not able|unable|sorry)| won't| must decline)|(?:as|i am|i'm) an? (?:ai|language model)|(?:cannot|can't|unable to) (?:help|assist|answer|comply|provide|determine|be determined)|not enough information|insufficient (?:information|data))\b/i;
const opening = 400;

/** 0 when the answer, where answers begin or end, declines instead of answering. */
export const refusal = (answer: string): CheckResult => {
  const ends = answer.length <= 2 * opening ? answer : `${answer.slice(0, opening)}\n${answer.slice(-opening)}`;
  const found = refusals.exec(ends.replaceAll('’', "'"))?.[0];
  return found === undefined ? { name: 'refusal', value: 1 } : { name: 'refusal', value: 0, why: `says "${found}"` };
};
