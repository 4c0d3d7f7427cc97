import type { AnyTask, CheckOut, CheckResult } from '@winnow/contracts';
import { legible } from '@winnow/kernel';
import type { Signs } from '../scoring/answer-signs';
import { jobSigns } from '../scoring/job-signs';
import { verify, type Verifier } from '../scoring/verifier';

export interface Scored {
  readonly score: number;
  readonly checks: readonly CheckOut[];
  /** whether the score is a probability that was learned from labels */
  readonly calibrated: boolean;
  readonly signs: Signs;
}

export interface AnswerSeen {
  readonly task: AnyTask;
  readonly input: unknown;
  readonly output: unknown;
  readonly rung: string;
  /** of the answer, and the most that it may have */
  readonly tokens: number;
  readonly maxTokens: number;
  /** null: the task has not learned to score yet */
  readonly verifier: Verifier | null;
}

const passes = 0.5;
const longestWhy = 200;
const rounded = (value: number): number => Math.round(value * 1e4) / 1e4;

/**
 * P(the answer would be accepted) where the task has learned it from labels. Until then the plain mean of the schema's check and the task's
 * own, which is no probability: 1 only says that no check objects.
 */
export const scoreAnswer = (seen: AnswerSeen): Scored => {
  const { task, input, output, verifier } = seen;
  const own = (task.checks as (input: unknown, output: unknown) => readonly CheckResult[])(input, output);
  const all: readonly CheckResult[] = [{ name: 'schema', value: 1 }, ...own];
  const signs = jobSigns({ ...seen, checks: own });
  const mean = all.reduce((sum, check) => sum + check.value, 0) / all.length;
  return {
    score: rounded(verifier === null ? mean : verify(verifier, signs).good),
    calibrated: verifier !== null,
    signs,
    checks: all.map(({ name, value, why }) => ({
      name,
      ok: value >= passes,
      value,
      // checks quote the answer, and a quote that is cut may end in half a character
      ...(why === undefined ? {} : { why: legible(why, longestWhy) }),
    })),
  };
};
