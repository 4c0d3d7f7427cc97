import type { AnyTask, CheckOut, CheckResult } from '@winnow/contracts';
import { legible } from '@winnow/kernel';

export interface Scored {
  readonly score: number;
  readonly checks: readonly CheckOut[];
  /** whether the score is a probability that was learned from labels */
  readonly calibrated: boolean;
}

const passes = 0.5;
const longestWhy = 200;

/** The plain mean of the schema's check and the task's own. It is no calibrated probability yet, and 1 only says that no check objects. */
export const scoreAnswer = (task: AnyTask, input: unknown, output: unknown): Scored => {
  const own = (task.checks as (input: unknown, output: unknown) => readonly CheckResult[])(input, output);
  const all: readonly CheckResult[] = [{ name: 'schema', value: 1 }, ...own];
  const mean = all.reduce((sum, check) => sum + check.value, 0) / all.length;
  return {
    score: Math.round(mean * 1e4) / 1e4,
    calibrated: false,
    checks: all.map(({ name, value, why }) => ({
      name,
      ok: value >= passes,
      value,
      // checks quote the answer, and a quote that is cut may end in half a character
      ...(why === undefined ? {} : { why: legible(why, longestWhy) }),
    })),
  };
};
