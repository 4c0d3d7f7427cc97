import { z } from 'zod';

type JsonSchema = Readonly<Record<string, unknown>>;

/** What one column of a file is read as. */
export interface CellReader {
  readonly isRequired: boolean;
  /** undefined: the cell is absent. A cell that does not fit stays text: the task's schema says then what is wrong with it. */
  readonly read: (cell: string) => unknown;
}

const number = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const booleans: Readonly<Record<string, boolean>> = { true: true, false: false, '1': true, '0': false };

const readNumber = (cell: string): unknown => {
  const text = cell.trim();
  return number.test(text) ? Number(text) : cell;
};
const readBoolean = (cell: string): unknown => booleans[cell.trim().toLowerCase()] ?? cell;
const readJson = (cell: string): unknown => {
  try {
    return JSON.parse(cell) as unknown;
  } catch {
    return cell;
  }
};

const typesOf = (schema: JsonSchema): string[] => {
  const choices = [schema['anyOf'], schema['oneOf']].flatMap((list) =>
    Array.isArray(list) ? (list as JsonSchema[]) : [],
  );
  const own = typeof schema['type'] === 'string' ? [schema['type']] : Array.isArray(schema['enum']) ? ['string'] : [];
  return [...own, ...choices.flatMap(typesOf)];
};

const readerOf = (schema: JsonSchema): CellReader['read'] => {
  const types = typesOf(schema);
  if (types.includes('string') || types.length === 0) return (cell) => cell;
  if (types.includes('number') || types.includes('integer')) return readNumber;
  if (types.includes('boolean')) return readBoolean;
  return readJson;
};

/** How the cells of a file become the fields of a task's input, by name of the field. An empty cell is an absent one. */
export const cellReaders = (input: z.ZodType): ReadonlyMap<string, CellReader> => {
  const schema = z.toJSONSchema(input, { io: 'input' }) as JsonSchema;
  const required = new Set((schema['required'] as string[] | undefined) ?? []);
  const properties = Object.entries((schema['properties'] ?? {}) as Record<string, JsonSchema>);
  return new Map(
    properties.map(([name, property]) => {
      const read = readerOf(property);
      return [name, { isRequired: required.has(name), read: (cell) => (cell === '' ? undefined : read(cell)) }];
    }),
  );
};
