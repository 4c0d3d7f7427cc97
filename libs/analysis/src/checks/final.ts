import type { CheckResult } from '@winnow/contracts';

const marks = /(?:####|\\boxed\{|\b(?:final )?answer(?: is|:)|\b(?:therefore|thus|hence|in total|altogether)\b)/gi;
const numberIn = /-?\d[\d,]*(?:\.\d+)?/g;
const tail = 2_000;

const lastMark = (text: string): { readonly index: number; readonly end: number } | null => {
  const found = [...text.matchAll(marks)].at(-1);
  return found === undefined ? null : { index: found.index, end: found.index + found[0].length };
};

/** The number that an answer ends in: the first after its last "answer is", else the last that it names. */
export const finalNumber = (answer: string): number | null => {
  const text = answer.slice(-tail);
  const mark = lastMark(text);
  const after = mark === null ? undefined : text.slice(mark.end).match(numberIn)?.[0];
  const stated = after ?? text.match(numberIn)?.at(-1);
  return stated === undefined ? null : Number(stated.replaceAll(',', ''));
};

/** Whether an answer that shows its way also says where it ends. */
export const final = (answer: string): CheckResult => {
  const text = answer.slice(-tail).trimEnd();
  const mark = lastMark(text);
  const said = mark !== null && /[\p{L}\p{N}]/u.test(text.slice(mark.end));
  return said ? { name: 'final', value: 1 } : { name: 'final', value: 0, why: 'no final answer is stated' };
};
