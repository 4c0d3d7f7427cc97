import type { AnyTask, CheckResult } from '@winnow/contracts';

/** The names of the checks that object to an answer, and how many looked at it. Input and answer have to fit their schemas. */
export const objectionsTo = (task: AnyTask, input: unknown, answer: unknown): string[] => {
  const asked = task.input.parse(input);
  const read = task.output.parse(answer);
  const run = task.checks as (input: unknown, output: unknown) => readonly CheckResult[];
  return run(asked, read).flatMap(({ name, value }) => (value < 1 ? [name] : []));
};
