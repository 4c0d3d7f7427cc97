import { hash32, pick } from '../chance';

export interface Source {
  /** Everything is drawn from these; equal parts give equal instances. */
  readonly seed: string | number;
  /** Strings quote these, so that an answer stands on its input. */
  readonly words: readonly string[];
}

const MAX_DEPTH = 12;
const MAX_ITEMS = 50;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const asNumber = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);

/** A valid instance of a JSON Schema: objects, arrays, enums, bounds, formats, local `$ref`, `anyOf`, `allOf`. */
export function synthesise(schema: unknown, source: Source, root: unknown = schema, path = '', depth = 0): unknown {
  if (!isObject(schema) || depth > MAX_DEPTH) return null;
  const again = (inner: unknown, step: string): unknown =>
    synthesise(inner, source, root, `${path}/${step}`, depth + 1);
  if (typeof schema['$ref'] === 'string') return again(resolve(root, schema['$ref']), 'ref');
  if ('const' in schema) return schema['const'];
  if (Array.isArray(schema['enum'])) return pick(schema['enum'] as unknown[], source.seed, path);
  const choices = schema['anyOf'] ?? schema['oneOf'];
  if (Array.isArray(choices)) return again(pick(withoutNull(choices), source.seed, path), 'any');
  if (Array.isArray(schema['allOf'])) return again(merge(schema, schema['allOf'], root), 'all');
  switch (typeOf(schema)) {
    case 'object':
      return synthesiseObject(schema, again);
    case 'array':
      return synthesiseArray(schema, again, hash32(source.seed, path));
    case 'integer':
      return numberIn(schema, hash32(source.seed, path), true);
    case 'number':
      return numberIn(schema, hash32(source.seed, path), false);
    case 'boolean':
      return hash32(source.seed, path) % 2 === 0;
    case 'null':
      return null;
    default:
      return stringFor(schema, source, path);
  }
}

function withoutNull(choices: readonly unknown[]): unknown[] {
  const rest = choices.filter((choice) => !isObject(choice) || choice['type'] !== 'null');
  return rest.length > 0 ? rest : [...choices];
}

function typeOf(schema: Record<string, unknown>): unknown {
  const { type } = schema;
  if (Array.isArray(type)) return type.find((name) => name !== 'null') ?? 'null';
  if (type !== undefined) return type;
  if (isObject(schema['properties'])) return 'object';
  return 'items' in schema ? 'array' : 'string';
}

function resolve(root: unknown, ref: string): unknown {
  if (!ref.startsWith('#')) return undefined;
  let at: unknown = root;
  for (const step of ref.slice(1).split('/').filter(Boolean)) {
    at = isObject(at) ? at[step.replaceAll('~1', '/').replaceAll('~0', '~')] : undefined;
  }
  return at;
}

function merge(schema: Record<string, unknown>, parts: readonly unknown[], root: unknown): Record<string, unknown> {
  const { allOf: _, ...merged } = schema as Record<string, unknown> & { allOf?: unknown };
  for (const part of parts) {
    const read = isObject(part) && typeof part['$ref'] === 'string' ? resolve(root, part['$ref']) : part;
    if (!isObject(read)) continue;
    const properties = { ...(merged['properties'] as object), ...(read['properties'] as object) };
    const required = [...((merged['required'] as []) ?? []), ...((read['required'] as []) ?? [])];
    Object.assign(merged, read, Object.keys(properties).length > 0 ? { properties, required } : {});
  }
  return merged;
}

function synthesiseObject(schema: Record<string, unknown>, again: (s: unknown, step: string) => unknown): object {
  const properties = isObject(schema['properties']) ? schema['properties'] : {};
  const required = Array.isArray(schema['required']) ? (schema['required'] as string[]) : Object.keys(properties);
  // In the order of the schema: readers of a stream take a section as done when the next key opens.
  const known = Object.keys(properties).filter((name) => required.includes(name));
  const names = [...known, ...required.filter((name) => !Object.hasOwn(properties, name))];
  return Object.fromEntries(names.map((name) => [name, again(properties[name] ?? {}, name)]));
}

function synthesiseArray(
  schema: Record<string, unknown>,
  again: (s: unknown, step: string) => unknown,
  hash: number,
): unknown[] {
  const limit = asNumber(schema['maxItems']);
  const least = asNumber(schema['minItems']) ?? Math.min(1, limit ?? 1);
  const most = limit ?? Math.max(least, 3);
  const length = Math.min(MAX_ITEMS, least + (hash % (Math.max(0, Math.min(most, least + 2) - least) + 1)));
  return Array.from({ length }, (_, i) => again(schema['items'] ?? {}, String(i)));
}

function numberIn(schema: Record<string, unknown>, hash: number, isWhole: boolean): number {
  const step = asNumber(schema['multipleOf']) ?? (isWhole ? 1 : 0.01);
  const above = asNumber(schema['exclusiveMinimum']);
  const below = asNumber(schema['exclusiveMaximum']);
  const low = asNumber(schema['minimum']) ?? (above === undefined ? undefined : above + step);
  const high = asNumber(schema['maximum']) ?? (below === undefined ? undefined : below - step);
  const from = low ?? (high === undefined ? 0 : Math.min(0, high));
  const to = high ?? Math.max(from + 100 * step, isWhole ? 100 : 1);
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.max(first, Math.floor(to / step + 1e-9));
  const value = (first + (hash % (last - first + 1))) * step;
  return Number(value.toFixed(10));
}

const FORMATS: Readonly<Record<string, string>> = {
  date: '2025-01-31',
  time: '12:00:00Z',
  'date-time': '2025-01-31T12:00:00Z',
  email: 'someone@example.com',
  uri: 'https://example.com/',
  url: 'https://example.com/',
  hostname: 'example.com',
  uuid: '7b0c3f5e-2d4a-4c1e-9a53-0d6f1f2a3b4c',
  ipv4: '192.0.2.1',
};

// A pattern is matched against these, never turned round: making strings from a foreign pattern is not this file's work.
const LIKELY = [
  '#3366cc',
  '2025-01-31',
  'en',
  'en-US',
  'USD',
  'A1',
  'item-1',
  '12345',
  '0.5',
  'word',
  'Word',
  'x',
  'AB12',
];

function stringFor(schema: Record<string, unknown>, { seed, words }: Source, path: string): string {
  const format = FORMATS[String(schema['format'])];
  if (format !== undefined) return format;
  if (typeof schema['pattern'] === 'string') return likely(schema['pattern']);
  const least = asNumber(schema['minLength']) ?? 0;
  const most = asNumber(schema['maxLength']) ?? Math.max(60, least);
  let text = phrase(words, hash32(seed, path), 2 + (hash32(path, seed) % 4));
  while (text.length < least) text += ` ${text || 'word'}`;
  return text
    .slice(0, most)
    .replace(/[\uD800-\uDBFF]$/, '')
    .trimEnd()
    .padEnd(least, '.');
}

function likely(pattern: string): string {
  try {
    const regex = new RegExp(pattern, 'u');
    return LIKELY.find((text) => regex.test(text)) ?? LIKELY[0] ?? '';
  } catch {
    return LIKELY[0] ?? '';
  }
}

/** Neighbouring words of the source, so that the phrase is a quotation. */
export function phrase(words: readonly string[], hash: number, count: number): string {
  if (words.length === 0) return 'sample text';
  const from = hash % Math.max(1, words.length - count + 1);
  return words.slice(from, from + count).join(' ');
}
