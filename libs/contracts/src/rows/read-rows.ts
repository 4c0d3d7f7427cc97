import { guardJson } from '@winnow/kernel';
import type { CsvRecord } from '@winnow/kernel/rows/cut-csv';
import { csvRecords, jsonLines, type RecordLimits } from '@winnow/kernel/rows/records';
import { RowsFault, type Bytes, type Numbered, type RowsFaultCode } from '@winnow/kernel/rows/rows-fault';
import { z } from 'zod';
import { metadata as metadataSchema } from '../primitives';
import { Refusal, type FieldFault, type ProblemCode } from '../problems';
import type { AnyTask } from '../tasks';
import { planColumns, type ColumnMap, type ColumnPlan } from './plan-columns';
import { cellReaders } from './read-cell';

export interface RowsFile {
  readonly kind: 'csv' | 'jsonl';
  readonly gzip: boolean;
  readonly bytes: Bytes;
}

export interface RowLimits extends RecordLimits {
  readonly maxRows: number;
}

/** A row as it is submitted, not yet held to the task's schema; or why there is none at this line. */
export type Row = Numbered<{
  readonly id?: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, string>>;
}>;

type Read = Omit<Extract<Row, { input: unknown }>, 'line'> | { readonly fault: string };

const jsonLimits = { maxDepth: 32, maxMembers: 10_000, maxString: 100_000 };
const rowId = z.string().min(1).max(128);
const lineSchema = z.strictObject({ id: rowId.optional(), input: z.record(z.string(), z.unknown()) });

const problems: Record<RowsFaultCode, ProblemCode> = {
  'too-large': 'body-too-large',
  bomb: 'body-too-large',
  'not-gzip': 'malformed-body',
  'not-utf8': 'unsupported-media-type',
  'unclosed-quote': 'invalid',
  'no-header': 'invalid',
};

const refuse = (faults: readonly FieldFault[], line: number | null): Refusal =>
  new Refusal('invalid', faults[0]?.detail ?? 'the file is wrong', { line, errors: faults });

const asRefusal = ({ code, detail, line, limit }: RowsFault): Refusal =>
  new Refusal(problems[code], detail, {
    ...(line === null ? {} : { line }),
    ...(limit === null ? {} : { limit }),
    ...(problems[code] === 'invalid' ? { errors: [{ pointer: `/lines/${line}`, code, detail }] } : {}),
  });

const guard = (value: unknown): string | null => {
  const [first] = guardJson(value, jsonLimits);
  return first === undefined ? null : `${first.pointer}: ${first.detail}`;
};

const readLine = (text: string): Read => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { fault: 'the line is not JSON' };
  }
  const bad = guard(value);
  if (bad !== null) return { fault: bad };
  const { success, data, error } = lineSchema.safeParse(value);
  const issue = error?.issues[0];
  return success
    ? { ...data, metadata: {} }
    : { fault: `${['', ...(issue?.path ?? [])].join('/')}: ${issue?.message}: a line is {"id"?, "input"}` };
};

const readCells = ({ width, id, fields, extras }: ColumnPlan, cells: readonly string[]): Read => {
  if (cells.length !== width) return { fault: `the row has ${cells.length} cells, the header ${width}` };
  const read = fields.flatMap(({ name, at, read: readCell }) => {
    const value = readCell(cells[at] ?? '');
    return value === undefined ? [] : [[name, value] as const];
  });
  const input = Object.fromEntries(read);
  const beside = extras.flatMap(({ name, at }) => (cells[at] === '' ? [] : [[name, cells[at] ?? ''] as const]));
  const metadata = Object.fromEntries(beside);
  const kept = metadataSchema.safeParse(metadata);
  const bad = guard({ input, metadata });
  if (bad !== null) return { fault: bad };
  if (!kept.success)
    return { fault: `the column ${String(kept.error.issues[0]?.path[0])}: ${kept.error.issues[0]?.message}` };
  const own = id === null ? '' : (cells[id] ?? '');
  if (own !== '' && !rowId.safeParse(own).success) return { fault: 'the id is longer than 128 characters' };
  return { ...(own === '' ? {} : { id: own }), input, metadata };
};

const planOf = (readers: ReturnType<typeof cellReaders>, header: CsvRecord, map: ColumnMap): ColumnPlan => {
  if ('fault' in header) throw new RowsFault('no-header', `the header: ${header.fault}`, header.line);
  const planned = planColumns(readers, header.cells, map);
  if ('faults' in planned) throw refuse(planned.faults, header.line);
  return planned.plan;
};

const asRow = (plan: ColumnPlan, record: CsvRecord): Row =>
  'fault' in record ? record : { line: record.line, ...readCells(plan, record.cells) };

async function* readCsv(
  { bytes, gzip }: RowsFile,
  task: AnyTask,
  map: ColumnMap,
  limits: RowLimits,
): AsyncGenerator<readonly Row[]> {
  const readers = cellReaders(task.input);
  let plan: ColumnPlan | null = null;
  for await (const records of csvRecords(bytes, gzip, limits)) {
    const [header, ...behind] = records;
    if (header === undefined) continue;
    const rows: readonly CsvRecord[] = plan === null ? behind : records;
    const known: ColumnPlan = plan ?? planOf(readers, header, map);
    plan = known;
    yield rows.map((record) => asRow(known, record));
  }
  if (plan === null)
    throw new RowsFault('no-header', 'the file is empty: it has to begin with the names of its columns', 1);
}

async function* readJsonl({ bytes, gzip }: RowsFile, limits: RowLimits): AsyncGenerator<readonly Row[]> {
  for await (const lines of jsonLines(bytes, gzip, limits))
    yield lines.map((line) => ('fault' in line ? line : { line: line.line, ...readLine(line.text) }));
}

const tooMany = (maxRows: number, line: number): Refusal =>
  new Refusal('body-too-large', `more than ${maxRows} rows, from line ${line} on`, { limit: maxRows, line });

/**
 * The rows of a file, as they arrive. A row that cannot be read is handed on with its line and why; what makes the rest unreadable, or is
 * wrong with the file as a whole, is thrown as the refusal that it becomes. Nothing is kept: whether ids repeat is the caller's to see.
 */
export async function* readRows(file: RowsFile, task: AnyTask, map: ColumnMap, limits: RowLimits): AsyncGenerator<Row> {
  let rows = 0;
  try {
    for await (const some of file.kind === 'csv' ? readCsv(file, task, map, limits) : readJsonl(file, limits)) {
      for (const row of some) {
        rows += 1;
        if (rows > limits.maxRows) throw tooMany(limits.maxRows, row.line);
        yield row;
      }
    }
  } catch (error) {
    throw error instanceof RowsFault ? asRefusal(error) : error;
  }
  if (rows === 0) throw refuse([{ pointer: '/rows', code: 'too-short', detail: 'the file has no rows' }], null);
}
