import type { AnyTask, TaskDefinition } from '@winnow/contracts';

/** Checks a definition where it is written, so that a fault fails the boot by the task's name and not a job. */
export const defineTask = <Input, Output>(task: TaskDefinition<Input, Output>): AnyTask => {
  const fail = (why: string): never => {
    throw new Error(`task ${task.name}@${task.version}: ${why}`);
  };
  if (!/^[a-z]+(\.[a-z-]+)+$/.test(task.name)) fail('the name is not of the form area.verb');
  if (!Number.isInteger(task.version) || task.version < 1) fail('the version is not a whole number from 1');
  const example = task.input.safeParse(task.example);
  if (!example.success) return fail('the example is not a valid input');
  const most = task.start.maxTokens(example.data);
  if (!Number.isInteger(most) || most < 1 || most > 16_384) fail('maxTokens is outside 1 to 16,384');
  return task as unknown as AnyTask;
};
