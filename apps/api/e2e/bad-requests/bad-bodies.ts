import { gzipSync } from 'node:zlib';
import { good, invalid, posting, shown, type Case, type House, type Kinds } from './house';

const notJson = ({ key }: House): Case[] => {
  const post = posting(key);
  const malformed = { status: 400, code: 'malformed-body' };
  const texts = [
    '',
    ' ',
    '{',
    '}',
    '{"task":}',
    '{"task":"x"',
    '{task:"x"}',
    "{'task':'x'}",
    '{"task":"x",}',
    '[1,2',
    'nul',
    'NaN',
    '01',
    '"x',
    '{} {}',
    '<xml/>',
    'task=x',
    '{"a":"\t"}',
    '{"a":"\\x"}',
    '/* */{}',
  ];
  const bytes: [string, Buffer][] = [
    ['a lone byte', Buffer.from([0x22, 0xff, 0x22])],
    ['Latin-1', Buffer.from('{"task":"é"}', 'latin1')],
    ['UTF-16', Buffer.from(JSON.stringify(good), 'utf16le')],
    ['a cut character', Buffer.from('"é').subarray(0, 2)],
  ];
  return [
    ...texts.map((text) => post(shown(text), text, malformed)),
    ...bytes.map(([name, body]) => post(name, body, malformed)),
  ];
};

const encodings = ({ key }: House): Case[] => {
  const post = posting(key);
  const unsupported = { status: 415, code: 'unsupported-media-type' };
  const types = [
    undefined,
    '',
    'text/plain',
    'text/json',
    'application/xml',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/json; charset=utf-16',
    'application/x-ndjson',
  ];
  return [
    ...types.map((type) => post(`content type ${type}`, good, unsupported, { 'content-type': type })),
    ...['br', 'deflate', 'zstd', 'gzip, gzip'].map((encoding) =>
      post(`content encoding ${encoding}`, good, unsupported, { 'content-encoding': encoding }),
    ),
    post('no gzip under its name', good, { status: 400, code: 'malformed-body' }, { 'content-encoding': 'gzip' }),
    post(
      'gzip cut short',
      gzipSync(JSON.stringify(good)).subarray(0, 30),
      { status: 400, code: 'malformed-body' },
      { 'content-encoding': 'gzip' },
    ),
  ];
};

const sizes = ({ key }: House): Case[] => {
  const post = posting(key);
  const large = { status: 413, code: 'body-too-large' };
  const padded = (bytes: number) => JSON.stringify(good) + ' '.repeat(bytes - JSON.stringify(good).length);
  const chunked = { 'content-length': undefined, 'transfer-encoding': 'chunked' };
  const noise = Buffer.from(Array.from({ length: 1_200_000 }, (_, i) => 32 + ((i * 7_919 + (i >> 7)) % 90)));
  return [
    post('one byte over 1 MiB', padded(1_048_577), large),
    post('2 MB', padded(2_000_000), large),
    post('2 MB in chunks', padded(2_000_000), large, chunked),
    post('a bomb', gzipSync(Buffer.alloc(50_000_000, ' ')), large, { 'content-encoding': 'gzip' }),
    post('over 1 MiB after gunzip', gzipSync(noise), large, { 'content-encoding': 'gzip' }),
  ];
};

const shapes = ({ key }: House): Case[] => {
  const post = posting(key);
  const deep = { status: 400, code: 'too-deep' };
  const many = { status: 400, code: 'malformed-body' };
  const nest = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
  return [
    ...[32, 1_000, 100_000].map((depth) => post(`${depth} levels under a field`, `{"task":${nest(depth)}}`, deep)),
    post('33 levels', nest(33), deep),
    post('10,001 members', `[${Array(10_001).fill(1)}]`, many),
    post('10,001 keys', `{${Array.from({ length: 10_001 }, (_, i) => `"k${i}":1`)}}`, many),
  ];
};

const texts = ({ key }: House): Case[] => {
  const post = posting(key);
  const raw = (input: string) => `{"task":"review.sentiment","input":${input}}`;
  return [
    ...['__proto__', 'constructor', 'prototype'].flatMap((name) => [
      post(`the key ${name}`, `{"task":"review.sentiment","input":{"text":"x"},"${name}":{}}`, invalid(`/${name}`)),
      post(`the key ${name} in the input`, raw(`{"text":"x","${name}":1}`), invalid(`/input/${name}`)),
    ]),
    post('U+0000 in the text', raw('{"text":"a\\u0000b"}'), invalid('/input/text')),
    post('U+0000 in the task', '{"task":"a\\u0000","input":{}}', invalid('/task')),
    post('U+0000 in metadata', { ...good, metadata: { a: '\0' } }, invalid('/metadata/a')),
    post('U+0000 in a key', raw('{"te\\u0000xt":"x"}'), invalid('/input')),
    post('half a surrogate pair', raw('{"text":"\\ud83d"}'), invalid('/input/text')),
    post('the other half', raw('{"text":"\\ude00 x"}'), invalid('/input/text')),
    post('a text of 100,001 characters', raw(`{"text":"${'x'.repeat(100_001)}"}`), invalid('/input/text')),
  ];
};

/** Bodies that are no job, whatever the fields are called. */
export const badBodies: Kinds = {
  'not JSON': notJson,
  'content type and encoding': encodings,
  'too large': sizes,
  'too deep or too many': shapes,
  'text that cannot be kept': texts,
};
