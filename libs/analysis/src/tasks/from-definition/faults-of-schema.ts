import { isFieldName, type FieldFault } from '@winnow/contracts';
import { pointerTo } from '@winnow/kernel/json-pointer';
import { boundPairs, isRecord, keywords, refusedBecause, types, type Schema } from './keywords';

type Step = string | number;
type Report = (at: readonly Step[], code: string, detail: string) => void;

interface Walk {
  readonly io: 'input' | 'output';
  readonly defs: Schema;
  readonly report: Report;
  /** schemas seen so far, each as often as it is referred to: what would grow without end stops here */
  nodes: number;
}

export const mostSchemaBytes = 65_536;
const mostDepth = 8;
const mostNodes = 4_000;
const mostFaults = 100;

const typeOf = ({ type }: Schema): unknown => (Array.isArray(type) ? type[0] : type);

const checkKeywords = ({ report }: Walk, schema: Schema, at: readonly Step[]): void => {
  const type = typeOf(schema) === 'integer' ? 'number' : typeOf(schema);
  for (const [name, value] of Object.entries(schema)) {
    const known = keywords.get(name);
    if (at.length === 1 && (name === '$defs' || name === '$schema')) continue;
    if (known === undefined)
      report([...at, name], 'not-allowed', refusedBecause.get(name) ?? `is none of ${[...keywords.keys()].join(', ')}`);
    else if (!known.holds(value)) report([...at, name], 'malformed', `has to be ${known.has}`);
    else if (known.of !== null && known.of !== type && (types as readonly unknown[]).includes(type))
      report([...at, name], 'not-allowed', `goes with the type ${known.of} only`);
  }
  for (const [least, most] of boundPairs)
    if ((schema[least] as number) > (schema[most] as number))
      report([...at, least], 'too-large', `is over ${most}: nothing would fit`);
};

const checkNames = ({ io, report }: Walk, schema: Schema, properties: Schema, at: readonly Step[]): void => {
  for (const name of Object.keys(properties))
    if (!isFieldName(name))
      report([...at, 'properties', name], 'not-allowed', 'a name is a letter and up to 63 letters, digits or _');
  const required = Array.isArray(schema['required']) ? (schema['required'] as unknown[]) : [];
  required.forEach((name, i) => {
    if (typeof name !== 'string' || !Object.hasOwn(properties, name))
      report([...at, 'required', i], 'not-allowed', 'is no property of this object');
  });
  const left = Object.keys(properties).filter((name) => !required.includes(name));
  if (io === 'output' && left.length > 0)
    report(
      [...at, 'required'],
      'missing',
      `has to name every property of an output; it lacks ${left.slice(0, 10).join(', ')}`,
    );
};

const walkObject = (walk: Walk, schema: Schema, at: readonly Step[], depth: number, trail: readonly string[]): void => {
  const properties = isRecord(schema['properties']) ? schema['properties'] : {};
  if (Object.keys(properties).length === 0) walk.report([...at, 'properties'], 'missing', 'an object needs a property');
  if (schema['additionalProperties'] === undefined)
    walk.report([...at, 'additionalProperties'], 'missing', 'has to be false: objects are closed');
  checkNames(walk, schema, properties, at);
  for (const [name, property] of Object.entries(properties))
    walkSchema(walk, property, [...at, 'properties', name], depth + 1, trail);
};

const walkRef = (walk: Walk, ref: unknown, at: readonly Step[], depth: number, trail: readonly string[]): void => {
  if (typeof ref !== 'string' || !keywords.get('$ref')?.holds(ref)) return;
  const name = ref.slice('#/$defs/'.length);
  if (!Object.hasOwn(walk.defs, name)) walk.report([...at, '$ref'], 'not-allowed', `there is no ${name} in $defs`);
  else if (trail.includes(name))
    walk.report([...at, '$ref'], 'not-allowed', `${name} refers to itself: an answer needs an end`);
  // What is wrong with a definition is said at the definition; here only how deep it goes.
  else walkSchema(walk, walk.defs[name], [at[0] ?? '', '$defs', name], depth, [...trail, name]);
};

const walkSchema = (
  walk: Walk,
  schema: unknown,
  at: readonly Step[],
  depth: number,
  trail: readonly string[],
): void => {
  walk.nodes += 1;
  if (walk.nodes > mostNodes) return;
  if (!isRecord(schema)) return walk.report(at, 'wrong-type', 'has to be a schema, as an object');
  if (depth > mostDepth) return walk.report(at, 'too-deep', `schemas lie at most ${mostDepth} deep`);
  checkKeywords(walk, schema, at);
  const { $ref, anyOf, items, type } = schema;
  if ($ref !== undefined) {
    const beside = Object.keys(schema).find((name) => name !== '$ref' && name !== 'description' && name !== 'title');
    if (beside !== undefined) walk.report([...at, beside], 'not-allowed', 'cannot stand beside $ref');
    return walkRef(walk, $ref, at, depth, trail);
  }
  if (Array.isArray(anyOf)) {
    if (type !== undefined) walk.report([...at, 'type'], 'not-allowed', 'cannot stand beside anyOf');
    anyOf.slice(0, 20).forEach((branch, i) => walkSchema(walk, branch, [...at, 'anyOf', i], depth + 1, trail));
  } else if (type === undefined && schema['enum'] === undefined && schema['const'] === undefined)
    walk.report([...at, 'type'], 'missing', 'is required where there is no enum, const, anyOf or $ref');
  if (typeOf(schema) === 'object') walkObject(walk, schema, at, depth, trail);
  if (typeOf(schema) !== 'array') return;
  if (items === undefined) walk.report([...at, 'items'], 'missing', 'an array says what its items are');
  else walkSchema(walk, items, [...at, 'items'], depth + 1, trail);
};

/** What keeps a JSON Schema from being taken as the input or the output of a task, each with its pointer. */
export const faultsOfSchema = (schema: Schema, io: 'input' | 'output'): FieldFault[] => {
  const found = new Map<string, FieldFault>();
  const report: Report = (steps, code, detail) => {
    const pointer = pointerTo(steps);
    // a definition that is referred to twice is looked at twice
    if (found.size < mostFaults && !found.has(`${pointer} ${code}`))
      found.set(`${pointer} ${code}`, { pointer, code, detail });
  };
  const { $defs } = schema;
  const bytes = Buffer.byteLength(JSON.stringify(schema));
  if (bytes > mostSchemaBytes) report([io], 'too-long', `at most ${mostSchemaBytes} bytes as JSON, it has ${bytes}`);
  if ($defs !== undefined && !isRecord($defs)) report([io, '$defs'], 'wrong-type', 'has to be an object of schemas');
  if (schema['type'] !== 'object')
    report([io, 'type'], 'not-allowed', `has to be "object": an ${io} is a record of fields`);
  const walk: Walk = { io, defs: isRecord($defs) ? $defs : {}, report, nodes: 0 };
  walkSchema(walk, schema, [io], 1, []);
  // A definition that nothing refers to is never used, but has to be right all the same.
  for (const [name, one] of Object.entries(walk.defs)) walkSchema(walk, one, [io, '$defs', name], 2, [name]);
  if (walk.nodes > mostNodes)
    report([io], 'too-long', `at most ${mostNodes} schemas, each counted as often as it is referred to`);
  return [...found.values()];
};
