import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Invoice } from './invoice';
import type { InvoiceLine, NewLine } from './invoice-line';

const line = (nano: bigint, model = 'gpt-4o-mini-2024-07-18'): NewLine => ({
  at: '2025-01-31T12:00:00.000Z',
  provider: 'openai',
  model,
  clientRequestId: `attempt-${nano}`,
  requestId: 'req_1',
  serviceTier: 'default',
  tokens: { input: 1, cached: 0, output: 1 },
  nano: String(nano),
  outcome: nano > 0n ? 'answered' : 'refused',
  fault: null,
  billed: nano > 0n,
  status: 200,
});

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'invoice-'));
  path = join(folder, 'deep', 'invoice.jsonl');
});
afterEach(() => rm(folder, { recursive: true }));

const onDisk = async (): Promise<InvoiceLine[]> =>
  (await readFile(path, 'utf8'))
    .split('\n')
    .filter(Boolean)
    .map((text) => JSON.parse(text) as InvoiceLine);

test('a line is on disk when its append returns', async () => {
  const invoice = await Invoice.open(path, true);
  await invoice.append(line(5n));
  expect(await onDisk()).toMatchObject([{ n: 1, nano: '5' }]);
  await invoice.close();
});

test('concurrent appends are numbered without gaps, in the order they came', async () => {
  const invoice = await Invoice.open(path, true);
  const lines = await Promise.all(Array.from({ length: 1_000 }, (_, i) => invoice.append(line(BigInt(i)))));
  expect(lines.map(({ n }) => n)).toEqual(Array.from({ length: 1_000 }, (_, i) => i + 1));
  expect(await onDisk()).toEqual(lines);
  await invoice.close();
});

test('a restart takes up sums and numbers, and drops a torn last line', async () => {
  const before = await Invoice.open(path, true);
  for (const nano of [10n, 0n, 20n]) await before.append(line(nano));
  const sum = await before.sum();
  expect(sum).toMatchObject({ last: 3, count: 3, billed: 2, nano: '30' });
  await before.close();
  await appendFile(path, '{"n":4,"nano":"99');
  const after = await Invoice.open(path, true);
  expect(await after.sum()).toEqual(sum);
  await after.append(line(40n, 'gpt-4o-2024-08-06'));
  expect((await onDisk()).map(({ n, nano }) => [n, nano])).toEqual([
    [1, '10'],
    [2, '0'],
    [3, '20'],
    [4, '40'],
  ]);
  expect((await after.sum()).byModel['gpt-4o-2024-08-06']).toEqual({ count: 1, billed: 1, nano: '40' });
  await after.close();
});

test('a gap in the file is not read over', async () => {
  const before = await Invoice.open(path, false);
  await before.append(line(1n));
  await before.close();
  await appendFile(path, `${JSON.stringify({ n: 3, ...line(2n) })}\n`);
  await expect(Invoice.open(path, false)).rejects.toThrow('line 3 follows 1');
});

test('pages and later sums start anywhere', async () => {
  const invoice = await Invoice.open(path, false);
  await Promise.all(Array.from({ length: 700 }, () => invoice.append(line(2n))));
  const numbers = async (after: number, limit: number) => {
    const { lines, hasMore } = await invoice.page(after, limit);
    return [lines.at(0)?.n, lines.at(-1)?.n, hasMore];
  };
  expect(await numbers(0, 700)).toEqual([1, 700, false]);
  expect(await numbers(255, 2)).toEqual([256, 257, true]);
  expect(await numbers(256, 1)).toEqual([257, 257, true]);
  expect(await numbers(511, 5)).toEqual([512, 516, true]);
  expect(await numbers(700, 5)).toEqual([undefined, undefined, false]);
  expect(await invoice.sum(690)).toMatchObject({ last: 700, count: 10, nano: '20' });
  await invoice.close();
});

test('says which invoice it is: the same after a restart, another one once its file is gone', async () => {
  const opened = async () => {
    const invoice = await Invoice.open(path, false);
    const { id, startedAt, last } = await invoice.page(0, 1);
    return { invoice, head: { id, startedAt }, last };
  };
  const first = await opened();
  await first.invoice.append(line(1n));
  await first.invoice.append(line(2n));
  await first.invoice.close();
  const again = await opened();
  expect([again.head, again.last]).toEqual([first.head, 2]);
  await again.invoice.close();
  expect((await onDisk()).map(({ head }) => head)).toEqual([first.head, undefined]);
  await rm(path);
  const other = await opened();
  expect(other.head.id).not.toBe(first.head.id);
  expect(other.head.startedAt >= first.head.startedAt).toBe(true);
  await other.invoice.close();
});

test('a file of an older version is known by its first line', async () => {
  const first = await Invoice.open(path, false);
  await first.close();
  await appendFile(path, `${JSON.stringify({ n: 1, ...line(1n) })}\n`);
  const invoice = await Invoice.open(path, false);
  expect(await invoice.page(0, 1)).toMatchObject({ id: 'req_1', startedAt: '2025-01-31T12:00:00.000Z' });
  await invoice.close();
});
