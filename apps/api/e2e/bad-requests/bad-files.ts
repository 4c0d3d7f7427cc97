import { gzipSync } from 'node:zlib';
import { bearer, invalid, quotes, shown, type BadRequest, type Case, type House, type Kinds } from './house';

const posting =
  (key: string, type = 'text/csv') =>
  (
    name: string,
    query: string,
    body: string | Buffer,
    expect: BadRequest['expect'],
    headers: Record<string, string | undefined> = {},
  ): Case => ({
    name,
    method: 'POST',
    path: `${quotes}?${query}`,
    headers: { ...bearer(key), 'content-type': type, ...headers },
    body,
    expect,
  });

const review = 'task=review.sentiment';
const parameter = (pointer: string): BadRequest['expect'] => ({ status: 400, code: 'malformed-parameter', pointer });
const unsupported: BadRequest['expect'] = { status: 415, code: 'unsupported-media-type' };
const large: BadRequest['expect'] = { status: 413, code: 'body-too-large' };
const rows = (count: number): string => `text\n${'x\n'.repeat(count)}`;

const columns = ({ key }: House): Case[] => {
  const post = posting(key);
  return [
    post('an empty file', review, '', invalid('/lines/1')),
    post('nothing but a byte order mark', review, '\uFEFF', invalid('/lines/1')),
    post('nothing but blank lines', review, '\n\r\n \n', invalid('/lines/1')),
    post('no header', review, 'Great sound\nPoor battery\n', invalid('/columns')),
    post('no column for the text', review, 'stars,body\n5,Great sound\n', invalid('/columns')),
    post('two columns of one name', review, 'text,text\na,b\n', invalid('/columns')),
    post('seventeen columns too many', review, `text,${[...'abcdefghijklmnopq']}\n`, invalid('/columns')),
    post('a header that is too long', review, `text,${'x'.repeat(262_145)}\na,b\n`, invalid('/lines/1')),
    post('a header that is spoilt', review, '"text"x\na\n', invalid('/lines/1')),
    post('a map to no column', `${review}&map=text:body`, 'text\na\n', invalid('/map/text')),
    post('a map of no field', `${review}&map=mood:text`, 'text\na\n', invalid('/map/mood')),
    post('a map onto a name of the engine', `${review}&map=__proto__:text`, 'text\na\n', invalid('/map/__proto__')),
  ];
};

const contents = ({ key }: House): Case[] => {
  const post = posting(key);
  const lines = posting(key, 'application/x-ndjson');
  return [
    post('a header and no rows', review, 'text\n', invalid('/rows')),
    lines('no lines', review, '\n\n', invalid('/rows')),
    post('a quote that is not closed', review, 'text\na\n"b\nc\n', invalid('/lines/3')),
    post('a row of 256 KiB and a byte, alone', review, `text\n${'x'.repeat(262_145)}\n`, invalid('/lines/2')),
    post('a text that is too long, alone', review, `text\n${'x'.repeat(100_001)}\n`, invalid('/lines/2')),
    post('rows of another width', review, 'text,product\na\nb,c,d\n', invalid('/lines/2')),
    post('rows that are spoilt', review, 'text\n"a"b\n', invalid('/lines/2')),
    post('rows that do not fit the task', review, 'text,detail\na,maybe\n', invalid('/lines/2/detail')),
    post('rows without a text', review, 'text,product\n,b\n,c\n', invalid('/lines/2/text')),
    post('U+0000 in all rows', review, 'text\na\0b\n', invalid('/lines/2')),
    lines('no JSON', review, 'text\nmore\n', invalid('/lines/1')),
    lines('no objects', review, '\n[1]\n"x"\n', invalid('/lines/2')),
    lines('lines without an input', review, '{"text":"a"}\n', invalid('/lines/1')),
    lines('fields that nobody knows', review, '{"input":{"text":"a"},"mood":1}\n', invalid('/lines/1')),
    lines('an endless id', review, `{"id":"${'x'.repeat(129)}","input":{"text":"a"}}\n`, invalid('/lines/1')),
    lines('an id that is a number', review, '{"id":1,"input":{"text":"a"}}\n', invalid('/lines/1')),
    lines('inputs that do not fit', review, '{"input":{"text":5}}\n', invalid('/lines/1/text')),
    lines('inputs that are no input', review, '{"input":{"__proto__":{"text":"a"}}}\n', invalid('/lines/1')),
    lines('depth without end', review, `{"input":${'['.repeat(50)}${']'.repeat(50)}}\n`, invalid('/lines/1')),
    post('fewer counted than there are', `${review}&count=2`, rows(3), invalid('/count')),
  ];
};

const bytes = ({ key }: House): Case[] => {
  const post = posting(key);
  const gzip = { 'content-encoding': 'gzip' };
  const noise = Buffer.from(Array.from({ length: 2_000_000 }, (_, i) => 32 + ((i * 7_919 + (i >> 7)) % 90)));
  return [
    post('Latin-1', review, Buffer.from('text\ncafé\n', 'latin1'), unsupported),
    post('UTF-16', review, Buffer.from('\uFEFFtext\na\n', 'utf16le'), unsupported),
    post('a character cut short', review, Buffer.from('text\né').subarray(0, 6), unsupported),
    post('another charset', review, rows(1), unsupported, { 'content-type': 'text/csv; charset=iso-8859-1' }),
    post('no charset at all', review, rows(1), unsupported, { 'content-type': 'text/csv; charset=' }),
    ...['text/plain', 'application/vnd.ms-excel', 'application/x-ndjsons', 'multipart/form-data; boundary=x'].map(
      (type) => post(`content type ${type}`, review, rows(1), unsupported, { 'content-type': type }),
    ),
    post('content encoding br', review, rows(1), unsupported, { 'content-encoding': 'br' }),
    post('no gzip under its name', review, rows(1), { status: 400, code: 'malformed-body' }, gzip),
    post('gzip cut short', review, gzipSync(noise).subarray(0, 1_000), { status: 400, code: 'malformed-body' }, gzip),
    post('a bomb', review, gzipSync(Buffer.concat([Buffer.from('text\n'), Buffer.alloc(60_000_000)])), large, gzip),
    post('100,001 rows', review, rows(100_001), large),
    post('64 MiB and a byte', review, Buffer.alloc(67_108_865, 'x'), large),
    post('64 MiB and a byte in chunks', review, Buffer.from(`text\n${`${'x'.repeat(999)}\n`.repeat(67_109)}`), large, {
      'content-length': undefined,
      'transfer-encoding': 'chunked',
    }),
  ];
};

const settings = ({ key }: House): Case[] => {
  const post = posting(key);
  const wrong: Record<string, string[]> = {
    task: ['', 'x'.repeat(129)],
    version: ['0', 'latest', '1.5'],
    quality: ['-0.1', '1.1', 'NaN', '', '1e0'],
    maxCost: ['-1', '1e3', '', '0.0000000001'],
    deadline: ['0s', '31d', '1w'],
    count: ['0', '-1', '1.5', 'many', '123456789'],
    sample: ['0', '501', '-1', ''],
    map: ['text', ':', 'text:', ':a', 'text:a,', 'text:a&map=text:b'],
    avoid: ['direct', 'fast', ''],
    ramp: ['100'],
  };
  return [
    ...Object.entries(wrong).flatMap(([name, values]) =>
      values.map((value) =>
        post(
          `${name}=${shown(value)}`,
          name === 'task' ? `task=${value}` : `${review}&${name}=${value}`,
          rows(1),
          parameter(`/${name}`),
        ),
      ),
    ),
    post('no task', '', rows(1), parameter('/task')),
    post('a task that is not there', 'task=review.mood', rows(1), {
      status: 422,
      code: 'task-unknown',
      pointer: '/task',
    }),
    {
      ...post(
        'settings beside JSON',
        `${review}&sample=5`,
        '{"task":"review.sentiment","input":{"text":"a"}}',
        parameter('/sample'),
      ),
      headers: { ...bearer(key), 'content-type': 'application/json' },
    },
  ];
};

/** Files of rows that are none, or whose rows are none. */
export const badFiles: Kinds = {
  'columns of a file': columns,
  'rows of a file': contents,
  'bytes of a file': bytes,
  'settings of a file': settings,
};
