import type { AnyTask, CheckResult, TaskDefinition, TaskRules } from '@winnow/contracts';
import { z } from 'zod';
import { faultsOfRules } from './faults-of-rules';

/** A check by its name, `verifier` or `verifier:part`. Null where the input does not ask for it. */
export type CheckTable<Input, Output> = Readonly<
  Record<string, (asked: Input, answer: Output) => Omit<CheckResult, 'name'> | null>
>;

export type TaskSpec<Input, Output> = Omit<TaskDefinition<Input, Output>, 'checks' | 'checkNames' | keyof TaskRules> &
  Partial<TaskRules> & { readonly checks: CheckTable<Input, Output> };

const keysOf = (schema: z.ZodType, io: 'input' | 'output'): string[] => {
  const { properties } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return Object.keys(properties ?? {});
};

/** What is not declared is careful: compared and remembered exactly, never packed, put off or answered by a local model. */
const completeRules = <Input, Output>(spec: TaskSpec<Input, Output>): TaskRules => ({
  fields: spec.fields ?? Object.fromEntries(keysOf(spec.input, 'input').map((name) => [name, 'exact' as const])),
  reuse: spec.reuse ?? { ages: 'analysis', join: true, similar: 'off', share: 'tenant' },
  pack: spec.pack ?? null,
  defer: spec.defer ?? false,
  pupil: spec.pupil ?? [],
  agree: spec.agree ?? Object.fromEntries(keysOf(spec.output, 'output').map((name) => [name, 'equal' as const])),
  phases: spec.phases ?? [{ name: spec.content, fields: keysOf(spec.output, 'output'), share: 1 }],
});

const runChecks =
  <Input, Output>(table: CheckTable<Input, Output>) =>
  (asked: Input, answer: Output): CheckResult[] =>
    Object.entries(table).flatMap(([name, check]) => {
      const result = check(asked, answer);
      return result === null ? [] : [{ ...result, name }];
    });

/** Checks a definition where it is written, so that a fault fails the boot by the task's name and not a job. */
export const defineTask = <Input, Output>(spec: TaskSpec<Input, Output>): AnyTask => {
  const fail = (why: string): never => {
    throw new Error(`task ${spec.name}@${spec.version}: ${why}`);
  };
  if (!/^[a-z][a-z0-9]*(\.[a-z0-9-]+)+$/.test(spec.name)) fail('the name is not of the form area.verb');
  if (!Number.isInteger(spec.version) || spec.version < 1) fail('the version is not a whole number from 1');
  const example = spec.input.safeParse(spec.example);
  if (!example.success) return fail('the example is not a valid input');
  const most = spec.start.maxTokens(example.data);
  if (!Number.isInteger(most) || most < 1 || most > 16_384) fail('maxTokens is outside 1 to 16,384');
  const checkNames = Object.keys(spec.checks);
  const strange = checkNames.find((name) => !/^[a-z]+(:[a-zA-Z][a-zA-Z0-9_]*)?$/.test(name) || name === 'schema');
  if (strange !== undefined) fail(`the check ${strange} is not named verifier or verifier:part`);
  if (spec.category !== undefined && !keysOf(spec.input, 'input').includes(spec.category))
    fail(`the category ${spec.category} is no field of the input`);
  const rules = completeRules(spec);
  const [fault] = faultsOfRules(rules, spec);
  if (fault !== undefined) fail(fault);
  const task: TaskDefinition<Input, Output> = { ...spec, ...rules, checks: runChecks(spec.checks), checkNames };
  return task as unknown as AnyTask;
};
