import type { CheckRule, Comparator, FieldFault, TaskBody } from '@winnow/contracts';
import { pointerTo } from '@winnow/kernel/json-pointer';
import { compares, type Shape } from '../faults-of-rules';
import { isRecord, type Schema } from './keywords';
import { verifiers, type Reads } from './own-checks';
import { kindsAt } from './read-schema';

type Step = string | number;

const readable: Readonly<Record<Reads, readonly string[]>> = {
  text: ['text', 'list', 'record'],
  number: ['number'],
  size: ['text', 'list'],
  any: ['text', 'number', 'list', 'record', 'flag'],
};

const faultOfField = (at: readonly Step[], path: string, schema: Schema, whose: string, reads: Reads): FieldFault[] => {
  const pointer = pointerTo(at);
  const kinds = [...kindsAt(schema, path)].filter((kind) => kind !== 'null');
  if (kinds.length === 0) return [{ pointer, code: 'not-allowed', detail: `the ${whose} has no field ${path}` }];
  if (kinds.every((kind) => readable[reads].includes(kind))) return [];
  return [
    {
      pointer,
      code: 'wrong-type',
      detail: `reads ${readable[reads].join(' or ')}, and ${path} is ${kinds.join(' or ')}`,
    },
  ];
};

const faultsOfBounds = (rule: CheckRule, at: readonly Step[]): FieldFault[] => {
  if (rule.check !== 'length' && rule.check !== 'range') return [];
  const { min, max } = rule;
  if (min === undefined && max === undefined)
    return [{ pointer: pointerTo([...at, 'min']), code: 'missing', detail: 'min or max, or both' }];
  return min !== undefined && max !== undefined && min > max
    ? [{ pointer: pointerTo([...at, 'min']), code: 'too-large', detail: 'is over max: nothing would pass' }]
    : [];
};

const faultsOfRule = (
  rule: CheckRule,
  at: readonly Step[],
  input: Schema | null,
  output: Schema | null,
): FieldFault[] => {
  const { reads } = verifiers[rule.check];
  const inputs = 'in' in rule && rule.in !== undefined ? rule.in : [];
  return [
    ...faultsOfBounds(rule, at),
    ...(output === null
      ? []
      : rule.fields.flatMap((path, i) => faultOfField([...at, 'fields', i], path, output, 'output', reads))),
    ...(input === null ? [] : inputs.flatMap((path, i) => faultOfField([...at, 'in', i], path, input, 'input', 'any'))),
    ...(output !== null && rule.check === 'sum' && typeof rule.total === 'string'
      ? faultOfField([...at, 'total'], rule.total, output, 'output', 'number')
      : []),
    ...(output !== null && rule.check === 'sign'
      ? faultOfField([...at, 'label'], rule.label, output, 'output', 'any')
      : []),
  ];
};

/** Checks that name what the schemas do not have. A schema that is itself at fault is null: nothing is held against it. */
export const faultsOfChecks = (
  rules: readonly CheckRule[],
  input: Schema | null,
  output: Schema | null,
): FieldFault[] => rules.flatMap((rule, i) => faultsOfRule(rule, ['checks', i], input, output));

/** Comparators work on what they can compare; what may be one thing or another is compared as it comes. */
export const faultsOfAgree = (agree: NonNullable<TaskBody['agree']>, output: Schema | null): FieldFault[] =>
  Object.entries(agree).flatMap(([path, comparator]) => {
    if (output === null) return [];
    const pointer = pointerTo(['agree', path]);
    const shape = shapeAt(output, path);
    if (shape === null) return [{ pointer, code: 'not-allowed', detail: `the output has no field ${path}` }];
    return compares(comparator as Comparator, shape)
      ? []
      : [{ pointer, code: 'wrong-type', detail: `${path} cannot be compared by ${JSON.stringify(comparator)}` }];
  });

/** As `agree` finds it: of records, not of lists of them. */
const shapeAt = (schema: Schema, path: string): Shape | null => {
  const [first = '', second] = path.split('.');
  const own = (from: unknown, name: string): unknown =>
    isRecord(from) && Object.hasOwn(from, name) ? from[name] : undefined;
  const field = own(schema['properties'], first);
  const found = second === undefined ? field : own(own(field, 'properties'), second);
  if (!isRecord(found)) return null;
  return Array.isArray(found['type']) ? { ...found, type: found['type'][0] as unknown } : (found as Shape);
};
