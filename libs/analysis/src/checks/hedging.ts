import type { CheckResult } from '@winnow/contracts';

const hedges =
  /\b(?:perhaps|maybe|possibly|probably|presumably|apparently|i (?:think|guess|believe|assume)|not sure|unsure|unclear|it (?:seems|appears)|might be|could be|hard to say|approximately|assum(?:e|ing)|however|actually|wait|let me (?:re|try))\b/gi;
const sentence = /[.!?\n]+/;

/** Falls with the share of sentences in which the answer takes back or leaves open what it says. */
export const hedging = (answer: string): CheckResult => {
  const sentences = answer.split(sentence, 2_000).filter((part) => /\p{L}|\p{N}/u.test(part));
  const found = answer.match(hedges) ?? [];
  if (found.length === 0) return { name: 'hedging', value: 1 };
  const value = 1 - Math.min(1, found.length / Math.max(1, sentences.length));
  return { name: 'hedging', value, why: `says "${found[0]}"` };
};
