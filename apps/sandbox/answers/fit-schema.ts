import type { Schema } from '../chat-request';
import { type Source, synthesise } from './synthesise';

type Answer = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function allowsNull(schema: unknown): boolean {
  if (!isObject(schema)) return false;
  const { type, anyOf } = schema;
  if (type === 'null' || (Array.isArray(type) && type.includes('null'))) return true;
  return Array.isArray(anyOf) && anyOf.some(allowsNull);
}

function fitValue(value: unknown, schema: unknown, source: Source, root: Schema): unknown {
  if (!isObject(schema)) return value;
  const names = schema['enum'];
  if (Array.isArray(names) && !names.includes(value)) {
    const wanted = String(value).toLowerCase();
    const alike = names.find((name) => {
      const known = String(name).toLowerCase();
      return known.includes(wanted) || wanted.includes(known);
    });
    return alike ?? synthesise(schema, source, root);
  }
  const most = typeof schema['maxItems'] === 'number' ? schema['maxItems'] : undefined;
  return Array.isArray(value) && most !== undefined ? value.slice(0, most) : value;
}

/**
 * The answer as the schema wants it: its keys only, in its order; `optional` keys only when `isDetailed` or demanded
 * (as null where null will do); demanded keys that the answer lacks are made up.
 */
export function fitSchema(
  answer: Answer,
  schema: Schema,
  { optional, isDetailed }: { optional: readonly string[]; isDetailed: boolean },
  source: Source,
): Answer {
  const properties = isObject(schema['properties']) ? schema['properties'] : {};
  if (Object.keys(properties).length === 0) return answer;
  const required = new Set(Array.isArray(schema['required']) ? (schema['required'] as string[]) : []);
  const fitted: Record<string, unknown> = {};
  for (const [name, property] of Object.entries(properties)) {
    const isHidden = optional.includes(name) && !isDetailed;
    if (isHidden && !required.has(name)) continue;
    if (isHidden && allowsNull(property)) fitted[name] = null;
    else if (Object.hasOwn(answer, name)) fitted[name] = fitValue(answer[name], property, source, schema);
    else if (required.has(name)) fitted[name] = synthesise(property, source, schema, `/${name}`);
  }
  return fitted;
}
