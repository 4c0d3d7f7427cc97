import { z } from 'zod';
import { Refusal } from '../problems';
import type { AnyTask } from '../tasks';
import { readRows, type Row, type RowLimits, type RowsFile } from './read-rows';

const limits: RowLimits = { maxBytes: 100_000, maxRatio: 100, maxRowBytes: 1_000, maxRows: 5 };
const task = {
  input: z.strictObject({
    text: z.string(),
    stars: z.number().optional(),
    detail: z.boolean().default(false),
    tags: z.array(z.string()).optional(),
    price: z.union([z.string(), z.number()]).optional(),
    mood: z.enum(['good', 'bad']).optional(),
  }),
} as unknown as AnyTask;

const read = async (
  kind: RowsFile['kind'],
  text: string,
  map: Record<string, string> = {},
): Promise<Row[] | Refusal> => {
  const bytes = (async function* () {
    yield Buffer.from(text);
  })();
  const rows: Row[] = [];
  try {
    for await (const row of readRows({ kind, gzip: false, bytes }, task, map, limits)) rows.push(row);
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  return rows;
};
const csv = (text: string, map?: Record<string, string>) => read('csv', text, map);

describe('cells become what the schema of the task says', () => {
  test.each<[string, string, string, unknown]>([
    ['a text stays one', 'text', '007', '007'],
    ['a number', 'stars', '4.5', 4.5],
    ['a number between spaces', 'stars', ' -1e2 ', -100],
    ['no number stays text, for the schema to refuse', 'stars', '4,5', '4,5'],
    ['no endless number', 'stars', 'Infinity', 'Infinity'],
    ['no hexadecimal one', 'stars', '0x10', '0x10'],
    ['true', 'detail', 'TRUE', true],
    ['false', 'detail', 'false', false],
    ['one', 'detail', '1', true],
    ['zero', 'detail', '0', false],
    ['no boolean', 'detail', 'yes', 'yes'],
    ['a list, as JSON', 'tags', '["a"]', ['a']],
    ['no JSON', 'tags', 'a', 'a'],
    ['text where text is taken too', 'price', '19.99', '19.99'],
    ['a choice', 'mood', 'good', 'good'],
    ['an empty cell is absent', 'stars', '', undefined],
  ])('%s', async (_name, field, cell, value) => {
    const quoted = `"${cell.replaceAll('"', '""')}"`;
    const header = field === 'text' ? 'text' : `${field},text`;
    const rows = await csv(`${header}\n${field === 'text' ? quoted : `${quoted},x`}\n`);
    const input = { ...(field === 'text' ? {} : { text: 'x' }), ...(value === undefined ? {} : { [field]: value }) };
    expect(rows).toEqual([{ line: 2, input, metadata: {} }]);
  });
});

describe('columns', () => {
  test.each<[string, string, Record<string, string>, Omit<Row, 'line'>]>([
    ['by name', 'text\na', {}, { input: { text: 'a' }, metadata: {} }],
    ['in any order, with spaces', ' stars , text \n5,a', {}, { input: { text: 'a', stars: 5 }, metadata: {} }],
    ['by map', 'body\na', { text: 'body' }, { input: { text: 'a' }, metadata: {} }],
    ['a map goes before a name', 'body,text\na,b', { text: 'body' }, { input: { text: 'a' }, metadata: { text: 'b' } }],
    ['others are metadata', 'text,sku\na,1', {}, { input: { text: 'a' }, metadata: { sku: '1' } }],
    ['empty metadata is absent', 'text,sku\na,', {}, { input: { text: 'a' }, metadata: {} }],
    ['without a name they are left out', ',text\n0,a', {}, { input: { text: 'a' }, metadata: {} }],
    ['id is the row', 'id,text\nr1,a', {}, { id: 'r1', input: { text: 'a' }, metadata: {} }],
    ['id by map', 'sku,text\nr1,a', { id: 'sku' }, { id: 'r1', input: { text: 'a' }, metadata: {} }],
    ['no id', 'id,text\n,a', {}, { input: { text: 'a' }, metadata: {} }],
  ])('%s', async (_name, text, map, row) => {
    expect(await csv(text, map)).toEqual([{ line: 2, ...row }]);
  });

  const wide = Array.from({ length: 17 }, (_, n) => `c${n}`);
  test.each<[string, string, Record<string, string>, string, string]>([
    ['no column for what is required', 'body\na', {}, '/columns', 'name one with map=text:COLUMN; there are body'],
    ['a map to no column', 'text\na', { stars: 'rating' }, '/map/stars', 'no column "rating"; there are text'],
    ['a map of no field', 'text\na', { nothing: 'text' }, '/map/nothing', 'has no such field'],
    ['two of one name', 'text,a,a\n', {}, '/columns', 'rename one'],
    ['too much metadata', `text,${wide}\na`, {}, '/columns', 'there are 17'],
    ['an empty file', '', {}, '/lines/1', 'is empty'],
    ['a header alone', 'text\n', {}, '/rows', 'no rows'],
    ['a quote that is not closed', 'text\n"a', {}, '/lines/2', 'not closed'],
  ])('%s', async (_name, text, map, pointer, detail) => {
    const refusal = await csv(text, map);
    expect(refusal).toMatchObject({
      code: 'invalid',
      extra: { errors: [{ pointer, detail: expect.stringContaining(detail) }] },
    });
  });

  test('all that is wrong with a header is told at once', async () => {
    expect(await csv('a,a\n', { nothing: 'a', stars: 'b' })).toMatchObject({
      extra: {
        line: 1,
        errors: [
          { pointer: '/columns' },
          { pointer: '/map/nothing' },
          { pointer: '/map/stars' },
          { pointer: '/columns' },
        ],
      },
    });
  });
});

describe('a bad row goes on as one', () => {
  test.each<[string, RowsFile['kind'], string, string]>([
    ['too few cells', 'csv', 'text,sku\na\nb,1', 'the row has 1 cells, the header 2'],
    ['too many', 'csv', 'text\na,b\nb', 'the row has 2 cells, the header 1'],
    ['too long', 'csv', `text\n${'x'.repeat(1_001)}\nb`, 'larger than 1000 bytes'],
    ['a value of metadata that is too long', 'csv', `text,sku\na,${'x'.repeat(513)}\nb,1`, 'the column sku'],
    ['an id that is too long', 'csv', `id,text\n${'x'.repeat(129)},a\n,b`, 'id is longer'],
    ['U+0000', 'csv', 'text\na\0\nb', 'U+0000'],
    ['no JSON', 'jsonl', '{\n{"input":{"text":"b"}}', 'not JSON'],
    ['no object', 'jsonl', '[]\n{"input":{"text":"b"}}', 'a line is {"id"?, "input"}'],
    ['no input', 'jsonl', '{"id":"a"}\n{"input":{"text":"b"}}', '/input'],
    ['another field', 'jsonl', '{"input":{},"x":1}\n{"input":{"text":"b"}}', 'a line is'],
    ['a key of the engine', 'jsonl', '{"input":{"__proto__":1}}\n{"input":{"text":"b"}}', '/input/__proto__'],
    ['half a character', 'jsonl', '{"input":{"text":"\\ud83d"}}\n{"input":{"text":"b"}}', 'surrogate'],
  ])('%s', async (_name, kind, text, fault) => {
    const rows = await read(kind, text);
    expect(rows).toMatchObject([{ fault: expect.stringContaining(fault) }, { input: { text: 'b' } }]);
  });
});

test('lines of JSON, with and without an id', async () => {
  expect(await read('jsonl', '{"id":"a","input":{"text":"x"}}\n\n{"input":{"text":"y"}}\n')).toEqual([
    { line: 1, id: 'a', input: { text: 'x' }, metadata: {} },
    { line: 3, input: { text: 'y' }, metadata: {} },
  ]);
});

test.each([
  [4, undefined],
  [5, undefined],
  [6, 'body-too-large'],
])('%i rows of five: %s', async (count, code) => {
  const got = await csv(`text\n${'x\n'.repeat(count)}`);
  expect(got instanceof Refusal ? got.code : undefined).toBe(code);
});
