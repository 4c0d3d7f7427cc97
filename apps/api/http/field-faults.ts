import type { FieldFault } from '@winnow/contracts';
import type { z } from 'zod';
import { pointerTo } from '@winnow/kernel/json-pointer';

type Issue = z.core.$ZodIssue;
type Step = string | number;

const mostFaults = 100;

const at = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((inner, step) => (inner as Record<PropertyKey, unknown> | null | undefined)?.[step], value);

const sized = (origin: string): boolean => !['number', 'int', 'bigint', 'date'].includes(origin);
const units = (origin: string): string => (origin === 'string' ? ' characters' : sized(origin) ? ' items' : '');
const article = (word: string): string => (/^[aeio]/.test(word) ? `an ${word}` : `a ${word}`);
const names: Record<string, string> = { int: 'whole number', record: 'object' };

type Reading = Pick<FieldFault, 'code' | 'detail'>;

const missing: Reading = { code: 'missing', detail: 'is required' };

/** What one issue says about the one value it is about, in our words: zod's own may change with its version. */
const readOne = (issue: Issue, value: unknown): Reading => {
  switch (issue.code) {
    case 'invalid_type':
      return value === undefined
        ? missing
        : { code: 'wrong-type', detail: `has to be ${article(names[issue.expected] ?? issue.expected)}` };
    case 'invalid_value':
      if (value === undefined) return missing;
      return {
        code: typeof value === typeof issue.values[0] ? 'not-allowed' : 'wrong-type',
        detail: `has to be ${issue.values.length === 1 ? '' : 'one of '}${issue.values.map(String).join(', ')}`,
      };
    case 'too_big':
      return {
        code: sized(issue.origin) ? 'too-long' : 'too-large',
        detail: `at most ${issue.maximum}${units(issue.origin)}`,
      };
    case 'too_small':
      return {
        code: sized(issue.origin) ? 'too-short' : 'too-small',
        detail: `at least ${issue.minimum}${units(issue.origin)}`,
      };
    case 'invalid_union':
      // A tagged union names the tags that it knows.
      if ('options' in issue && value !== undefined)
        return { code: 'not-allowed', detail: `has to be one of ${(issue.options as readonly unknown[]).join(', ')}` };
      return value === undefined
        ? missing
        : { code: 'wrong-type', detail: 'fits none of the forms that are taken here' };
    case 'custom':
      return {
        code: typeof issue.params?.['code'] === 'string' ? issue.params['code'] : 'malformed',
        detail: issue.message,
      };
    default:
      return { code: 'malformed', detail: issue.message };
  }
};

const stepsOf = (path: readonly PropertyKey[]): Step[] =>
  path.map((step) => (typeof step === 'symbol' ? String(step) : step));

const faultsOfOne = (issue: Issue, value: unknown, prefix: readonly Step[]): FieldFault[] => {
  const trail = [...prefix, ...stepsOf(issue.path)];
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      pointer: pointerTo([...trail, key]),
      code: 'unknown',
      detail: 'there is no such field',
    }));
  // A key that is itself wrong: what is said of it is said at its place.
  if (issue.code === 'invalid_key')
    return issue.issues.map((inner) => ({ pointer: pointerTo(trail), ...readOne(inner as Issue, issue.path.at(-1)) }));
  return [{ pointer: pointerTo(trail), ...readOne(issue, at(value, issue.path)) }];
};

/** A schema's issues as the `errors` of a problem, at most 100 of them. `value` is what was checked, `prefix` where it stands. */
export const faultsOf = (issues: readonly Issue[], value: unknown, prefix: readonly Step[] = []): FieldFault[] =>
  issues.flatMap((issue) => faultsOfOne(issue, value, prefix)).slice(0, mostFaults);
