import type { CheckResult } from '@winnow/contracts';
import { hedging } from '../checks/hedging';
import { refusal } from '../checks/refusal';
import { repetition } from '../checks/repetition';
import { textsOf } from '../tasks/texts-of';
import type { Signs } from './answer-signs';

export interface JobAnswer {
  readonly output: unknown;
  readonly checks: readonly CheckResult[];
  readonly rung: string;
  readonly tokens: number;
  readonly maxTokens: number;
}

/** Labels and names hedge nothing: only what has sentences is looked at. */
const leastWords = 8;
const rounded = (value: number): number => Math.round(Math.min(1, Math.max(0, value)) * 1e4) / 1e4;

const faultsOfText = (output: unknown): Signs => {
  const text = textsOf(output);
  if (text.split(/\s+/, leastWords).length < leastWords) return {};
  return Object.fromEntries(
    [refusal(text), hedging(text), repetition(text)].map(({ name, value }) => [`text ${name}`, rounded(1 - value)]),
  );
};

/**
 * What is seen of the answer of a task, each from 0 to 1. A check counts by what it objects to, so that a check that the input did not ask
 * for, which a verifier reads as 0, is one without objections.
 */
export const jobSigns = ({ output, checks, rung, tokens, maxTokens }: JobAnswer): Signs => ({
  ...Object.fromEntries(checks.map(({ name, value }) => [`fault ${name}`, rounded(1 - value)])),
  ...faultsOfText(output),
  length: rounded(tokens / Math.max(1, maxTokens)),
  [`rung ${rung}`]: 1,
});
