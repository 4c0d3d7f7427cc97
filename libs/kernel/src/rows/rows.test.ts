import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { csvRecords, jsonLines, type RecordLimits } from './records';
import { RowsFault, type Bytes } from './rows-fault';

const limits: RecordLimits = { maxBytes: 100_000, maxRatio: 100, maxRowBytes: 200 };

async function* pieces(...parts: readonly (string | Uint8Array)[]): Bytes {
  for (const part of parts) yield typeof part === 'string' ? Buffer.from(part) : part;
}

const all = async <Part>(handfuls: AsyncIterable<readonly Part[]>): Promise<Part[] | RowsFault> => {
  const got: Part[] = [];
  try {
    for await (const parts of handfuls) got.push(...parts);
  } catch (error) {
    if (error instanceof RowsFault) return error;
    throw error;
  }
  return got;
};

const csv = (...parts: (string | Uint8Array)[]) => all(csvRecords(pieces(...parts), false, limits));

describe('CSV', () => {
  test.each<[string, string, string[][]]>([
    [
      'LF',
      'a,b\n1,2\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'CRLF',
      'a,b\r\n1,2\r\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'CR',
      'a,b\r1,2\r',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'no newline at the end',
      'a,b\n1,2',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    ['a byte order mark', '\uFEFFa\n1', [['a'], ['1']]],
    ['a byte order mark later on is text', 'a\n\uFEFF1', [['a'], ['\uFEFF1']]],
    [
      'semicolons',
      'a;b\n1,5;2',
      [
        ['a', 'b'],
        ['1,5', '2'],
      ],
    ],
    [
      'tabs',
      'a\tb\n1,5\t2',
      [
        ['a', 'b'],
        ['1,5', '2'],
      ],
    ],
    [
      'bars',
      'a|b\n1,5|2',
      [
        ['a', 'b'],
        ['1,5', '2'],
      ],
    ],
    [
      'a separator in a quoted name tells nothing',
      '"a;b;c",d\n1,2',
      [
        ['a;b;c', 'd'],
        ['1', '2'],
      ],
    ],
    ['one column', 'a\n1;2', [['a'], ['1;2']]],
    [
      'quotes',
      'a,b\n"1,""2""",3',
      [
        ['a', 'b'],
        ['1,"2"', '3'],
      ],
    ],
    [
      'newlines in quotes',
      'a,b\n"1\r\n2\n3\r4",5\n6,7',
      [
        ['a', 'b'],
        ['1\r\n2\n3\r4', '5'],
        ['6', '7'],
      ],
    ],
    [
      'a quoted header over two lines',
      '"a\nb",c\n1,2',
      [
        ['a\nb', 'c'],
        ['1', '2'],
      ],
    ],
    [
      'a quote that opens nothing',
      'a,b\n5" wide,x"y"',
      [
        ['a', 'b'],
        ['5" wide', 'x"y"'],
      ],
    ],
    [
      'empty cells',
      'a,b\n,\n"",',
      [
        ['a', 'b'],
        ['', ''],
        ['', ''],
      ],
    ],
    ['blank lines', 'a\n\n  \n1\n\r\n2\n', [['a'], ['1'], ['2']]],
    ['an empty cell that is quoted is a row', 'a\n""\n', [['a'], ['']]],
    [
      'spaces are kept',
      'a,b\n 1 , 2',
      [
        ['a', 'b'],
        [' 1 ', ' 2'],
      ],
    ],
    ['nothing', '', []],
    ['nothing but a byte order mark', '\uFEFF', []],
  ])('%s', async (_name, text, cells) => {
    expect(await csv(text)).toMatchObject(cells.map((one) => ({ cells: one })));
  });

  test('lines are those of the file, however many a record takes', async () => {
    expect(await csv('a,b\r\n"x\r\ny\nz",1\n\n2,3\r\n"4\r5",6\r\n7,8')).toMatchObject(
      [1, 2, 6, 7, 9].map((line) => ({ line })),
    );
  });

  test('text behind a closing quote spoils its row alone', async () => {
    expect(await csv('a,b\n"1"x,2\n3,4')).toEqual([
      { line: 1, cells: ['a', 'b'] },
      { line: 2, fault: 'there is text behind a closing quote' },
      { line: 3, cells: ['3', '4'] },
    ]);
  });

  test('a quote that is never closed is told by the line of its row', async () => {
    expect(await csv('a,b\n1,2\n"3,4\n5,6\n')).toMatchObject({ code: 'unclosed-quote', line: 3 });
  });

  test.each([
    ['at the limit', 'x'.repeat(200), true],
    ['one byte over', 'x'.repeat(201), false],
    ['in bytes, not in characters', 'é'.repeat(101), false],
    ['quoted, at the limit', `"${'x'.repeat(98)}\n${'y'.repeat(99)}"`, true],
    ['quoted, over it', `"${'x'.repeat(98)}\n${'y'.repeat(100)}"`, false],
    ['far over it', 'x'.repeat(50_000), false],
    ['in many cells', ','.repeat(201), false],
  ])('a row %s', async (_name, row, fits) => {
    const records = await csv(`a\n${row}\nlast`);
    const fault = { line: 2, fault: 'the row is larger than 200 bytes' };
    expect(records).toMatchObject([{}, fits ? { line: 2, cells: [expect.any(String)] } : fault, { cells: ['last'] }]);
  });
});

describe('lines', () => {
  test.each<[string, string, unknown[]]>([
    [
      'each its own',
      '{}\n[]\n',
      [
        { line: 1, text: '{}' },
        { line: 2, text: '[]' },
      ],
    ],
    [
      'blank ones count and are left out',
      '\n{}\n \n\n1',
      [
        { line: 2, text: '{}' },
        { line: 5, text: '1' },
      ],
    ],
    [
      'without a newline at the end',
      '1\n2',
      [
        { line: 1, text: '1' },
        { line: 2, text: '2' },
      ],
    ],
    ['at the limit', 'x'.repeat(200), [{ line: 1, text: 'x'.repeat(200) }]],
    [
      'over it',
      `${'x'.repeat(201)}\n1`,
      [
        { line: 1, fault: 'the row is larger than 200 bytes' },
        { line: 2, text: '1' },
      ],
    ],
    [
      'far over it, last',
      `1\n${'x'.repeat(5_000)}`,
      [{ line: 1 }, { line: 2, fault: 'the row is larger than 200 bytes' }],
    ],
  ])('%s', async (_name, text, lines) => {
    expect(await all(jsonLines(pieces(text), false, limits))).toMatchObject(lines as object[]);
  });
});

describe('bytes', () => {
  test.each<[string, Uint8Array, number]>([
    ['Latin-1', Buffer.from('a\nb\ncafé\n', 'latin1'), 3],
    ['a lone byte', Buffer.from([0x61, 0x0a, 0xff]), 2],
    ['UTF-16', Buffer.from('\uFEFFa,b', 'utf16le'), 1],
    ['a character cut off at the end', Buffer.from('a\né').subarray(0, 3), 2],
    ['a surrogate', Buffer.from([0x61, 0x0a, 0xed, 0xa0, 0x80]), 2],
  ])('%s is not UTF-8', async (_name, bytes, line) => {
    expect(await csv(bytes)).toMatchObject({ code: 'not-utf8', line });
    expect(await csv(...[...bytes].map((byte) => Buffer.from([byte])))).toMatchObject({ code: 'not-utf8', line });
  });

  const packed = (bytes: Uint8Array, but: Partial<RecordLimits> = {}) =>
    all(jsonLines(pieces(bytes), true, { ...limits, ...but }));

  test('gzip', async () => {
    expect(await packed(gzipSync('1\n2'))).toMatchObject([{ text: '1' }, { text: '2' }]);
  });
  test.each<[string, Buffer, string]>([
    ['no gzip', Buffer.from('1\n2'), 'not-gzip'],
    ['cut short', gzipSync('some text that is long enough').subarray(0, 20), 'not-gzip'],
    ['a bomb', gzipSync(Buffer.alloc(90_000)), 'bomb'],
    ['too large unpacked', gzipSync(Buffer.from(Array.from({ length: 100_001 }, (_, n) => n % 7))), 'too-large'],
  ])('%s', async (_name, bytes, code) => {
    expect(await packed(bytes, code === 'too-large' ? { maxRatio: 10_000 } : {})).toMatchObject({ code });
  });
  test.each([
    [100_000, false],
    [100_001, true],
  ])('%i bytes: too large: %s', async (size, isTooLarge) => {
    const result = await csv(Buffer.alloc(size, '\n'));
    expect(result instanceof RowsFault && result.code === 'too-large').toBe(isTooLarge);
  });
  test('a reader that stops early stops the source', async () => {
    let ended = false;
    const endless = (async function* () {
      try {
        for (;;) yield Buffer.from('1\n');
      } finally {
        ended = true;
      }
    })();
    for await (const [line] of jsonLines(endless, false, limits)) if (line?.line === 5) break;
    expect(ended).toBe(true);
  });
});

describe('whatever is in the cells, and however the bytes are cut', () => {
  const cell = fc.string({ unit: 'binary', maxLength: 12 });
  const mixed = fc.oneof(cell, fc.string({ unit: fc.constantFrom('"', ',', ';', '\n', '\r', 'é', '😀', ' ') }));
  const table = fc
    .integer({ min: 2, max: 4 })
    .chain((width) =>
      fc.array(fc.array(mixed, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 6 }),
    );
  const print = (cells: readonly string[], newline: string): string =>
    cells.map((text) => `"${text.replaceAll('"', '""')}"`).join(',') + newline;
  const wide = { ...limits, maxRowBytes: 10_000 };
  const chop = (bytes: Buffer, sizes: readonly number[]): Buffer[] => {
    const parts: Buffer[] = [];
    for (let at = 0, n = 0; at < bytes.length; n += 1) {
      const size = sizes[n % sizes.length] ?? 1;
      parts.push(bytes.subarray(at, at + size));
      at += size;
    }
    return parts;
  };
  const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });

  test('it comes back as it was', () =>
    fc.assert(
      fc.asyncProperty(table, sizes, fc.constantFrom('\n', '\r\n', '\r'), async (rows, cuts, newline) => {
        const bytes = Buffer.from(`a,b,c${newline}${rows.map((row) => print(row, newline)).join('')}`);
        const records = await all(csvRecords(pieces(...chop(bytes, cuts)), false, wide));
        expect(records).toMatchObject([{ cells: ['a', 'b', 'c'] }, ...rows.map((cells) => ({ cells }))]);
      }),
    ));

  test('any bytes cut anywhere give the same records, or the same fault', () =>
    fc.assert(
      fc.asyncProperty(fc.array(mixed, { maxLength: 20 }), sizes, async (texts, cuts) => {
        const bytes = Buffer.from(texts.join(''));
        const small = { ...limits, maxRowBytes: 12 };
        const whole = await all(csvRecords(pieces(bytes), false, small));
        expect(await all(csvRecords(pieces(...chop(bytes, cuts)), false, small))).toEqual(whole);
        const lines = await all(jsonLines(pieces(bytes), false, small));
        expect(await all(jsonLines(pieces(...chop(bytes, cuts)), false, small))).toEqual(lines);
      }),
    ));
});
