import { pointerTo } from '@winnow/kernel/json-pointer';
import type { FieldFault } from '../problems';
import type { CellReader } from './read-cell';

/** By field of the input, the column that it is read from; `id` is the row's own where the task has no such field. */
export type ColumnMap = Readonly<Record<string, string>>;

export interface ColumnPlan {
  readonly width: number;
  readonly id: number | null;
  readonly fields: readonly { readonly name: string; readonly at: number; readonly read: CellReader['read'] }[];
  readonly extras: readonly { readonly name: string; readonly at: number }[];
}

const rowId = 'id';
const mostExtras = 16;
const mostNamed = 20;

const named = (names: readonly string[]): string =>
  names.length <= mostNamed
    ? names.join(', ')
    : `${names.slice(0, mostNamed).join(', ')} and ${names.length - mostNamed} more`;

const fault = (pointer: string, code: string, detail: string): FieldFault => ({ pointer, code, detail });

const mapFaults = (readers: ReadonlyMap<string, CellReader>, header: readonly string[], map: ColumnMap): FieldFault[] =>
  Object.entries(map).flatMap(([field, column]) => {
    const pointer = pointerTo(['map', field]);
    if (!readers.has(field) && field !== rowId)
      return [fault(pointer, 'unknown', `the task has no such field; it has ${named([...readers.keys()])}`)];
    return header.includes(column)
      ? []
      : [fault(pointer, 'unknown', `there is no column ${JSON.stringify(column)}; there are ${named(header)}`)];
  });

const headerFaults = (header: readonly string[]): FieldFault[] => {
  const twice = header.filter((name, at) => name !== '' && header.indexOf(name) !== at);
  return [...new Set(twice)].map((name) =>
    fault('/columns', 'not-unique', `two columns are called ${JSON.stringify(name)}: rename one`),
  );
};

const missingFaults = (
  readers: ReadonlyMap<string, CellReader>,
  header: readonly string[],
  found: ReadonlySet<string>,
): FieldFault[] =>
  [...readers].flatMap(([field, { isRequired }]) =>
    !isRequired || found.has(field)
      ? []
      : [
          fault(
            '/columns',
            'missing',
            `the first record has to name the columns, and none is called ${field}: name one with map=${field}:COLUMN; there are ${named(header)}`,
          ),
        ],
  );

/** Which cell of a record goes where, or all that is wrong with its header. Columns without a name are left out. */
export const planColumns = (
  readers: ReadonlyMap<string, CellReader>,
  names: readonly string[],
  map: ColumnMap,
): { readonly plan: ColumnPlan } | { readonly faults: readonly FieldFault[] } => {
  const header = names.map((name) => name.trim());
  const columnOf = (field: string): number => header.indexOf(Object.hasOwn(map, field) ? (map[field] ?? '') : field);
  const fields = [...readers].flatMap(([name, { read }]) => {
    const at = columnOf(name);
    return at === -1 ? [] : [{ name, at, read }];
  });
  const id = readers.has(rowId) || columnOf(rowId) === -1 ? null : columnOf(rowId);
  const used = new Set([...fields.map(({ at }) => at), ...(id === null ? [] : [id])]);
  const extras = header.flatMap((name, at) => (used.has(at) || name === '' ? [] : [{ name, at }]));
  const faults = [
    ...headerFaults(header),
    ...mapFaults(readers, header, map),
    ...missingFaults(readers, header, new Set(fields.map(({ name }) => name))),
  ];
  if (extras.length > mostExtras)
    faults.push(
      fault(
        '/columns',
        'too-long',
        `at most ${mostExtras} columns beside the input become metadata, and there are ${extras.length}: take some out`,
      ),
    );
  return faults.length > 0 ? { faults } : { plan: { width: header.length, id, fields, extras } };
};
