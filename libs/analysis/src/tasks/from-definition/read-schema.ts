import { z } from 'zod';
import { isRecord, type Schema } from './keywords';

/** The schema with every reference written out: what follows need not know that there are any. It has to be without fault. */
export const inlineSchema = (schema: Schema): Schema => {
  const defs = isRecord(schema['$defs']) ? schema['$defs'] : {};
  const inline = (one: Schema): Schema => {
    const { $ref, $defs: _, $schema: __, ...rest } = one;
    if (typeof $ref === 'string') return { ...inline(defs[$ref.slice('#/$defs/'.length)] as Schema), ...rest };
    const { properties, items, anyOf } = rest;
    return {
      ...rest,
      ...(isRecord(properties) && {
        properties: Object.fromEntries(Object.entries(properties).map(([name, of]) => [name, inline(of as Schema)])),
      }),
      ...(isRecord(items) && { items: inline(items) }),
      ...(Array.isArray(anyOf) && { anyOf: anyOf.map((branch) => inline(branch as Schema)) }),
    };
  };
  return inline(schema);
};

/** A schema of its own registry: what the shared one was told of a tenant's schema would stay for as long as the process lives. */
export const readSchema = (schema: Schema): z.ZodType =>
  z.fromJSONSchema(inlineSchema(schema) as Parameters<typeof z.fromJSONSchema>[0], { registry: z.registry() });

type Kind = 'text' | 'number' | 'list' | 'record' | 'flag' | 'null';
const kinds: Readonly<Record<string, Kind>> = {
  string: 'text',
  number: 'number',
  integer: 'number',
  boolean: 'flag',
  array: 'list',
  object: 'record',
  null: 'null',
};

const kindsOf = (schema: Schema): Kind[] => {
  const { type, anyOf } = schema;
  if (Array.isArray(anyOf)) return anyOf.flatMap((branch) => kindsOf(branch as Schema));
  const values = Array.isArray(schema['enum'])
    ? (schema['enum'] as unknown[])
    : 'const' in schema
      ? [schema['const']]
      : [];
  const names = type === undefined ? values.map((value) => (value === null ? 'null' : typeof value)) : [type].flat();
  return names.flatMap((name) => kinds[name as string] ?? []);
};

const branchesOf = (schema: Schema): Schema[] => {
  const { anyOf } = schema;
  return Array.isArray(anyOf) ? anyOf.flatMap((branch) => branchesOf(branch as Schema)) : [schema];
};

const propertyOf = (schema: Schema, name: string): Schema[] =>
  branchesOf(schema).flatMap((one) => {
    const inner = isRecord(one['items']) ? one['items'] : one;
    const { properties } = inner;
    return isRecord(properties) && Object.hasOwn(properties, name) ? [properties[name] as Schema] : [];
  });

/** What can stand at `field` or `field.property` of an object whose schema is written out; none: there is no such field. */
export const kindsAt = (schema: Schema, path: string): ReadonlySet<Kind> => {
  const [first = '', second] = path.split('.');
  const { properties } = schema;
  if (!isRecord(properties) || !Object.hasOwn(properties, first)) return new Set();
  const field = properties[first] as Schema;
  const found = second === undefined ? [field] : propertyOf(field, second);
  return new Set(found.flatMap(kindsOf));
};

/** All that stands at `field` or, of a record or a list of records, at `field.property`; what is null or left out is not there. */
export const valuesAt = (value: unknown, path: string): unknown[] => {
  const [first = '', second] = path.split('.');
  const pick = (from: unknown, name: string): unknown =>
    isRecord(from) && Object.hasOwn(from, name) ? from[name] : null;
  const field = pick(value, first);
  const found = second === undefined ? [field] : [field].flat().map((item) => pick(item, second));
  return found.filter((one) => one !== null && one !== undefined);
};
