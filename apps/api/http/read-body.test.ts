import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { Refusal } from '@winnow/contracts';
import { readBody } from './read-body';

const json = { 'content-type': 'application/json' };
// Longer than any machine takes: only the test of the time-out has one that passes.
const limits = { maxBytes: 1_000, maxRatio: 100, timeoutMs: 60_000 };

const arriving = (
  headers: Record<string, string>,
  chunks: readonly (string | Buffer)[],
  ends = true,
): IncomingMessage => {
  const stream = Object.assign(new PassThrough(), { headers, complete: false });
  for (const chunk of chunks) stream.write(chunk);
  if (ends) {
    stream.complete = true;
    stream.end();
  }
  return stream as unknown as IncomingMessage;
};

const refusalOf = async (work: () => Promise<unknown>): Promise<Refusal> => {
  try {
    await work();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error('nothing was refused');
};
const refused = (headers: Record<string, string>, chunks: readonly (string | Buffer)[], ends = true) =>
  refusalOf(async () => readBody(arriving(headers, chunks, ends), limits));

describe('reading a body', () => {
  it('takes what arrives in pieces', async () => {
    const body = await readBody(arriving(json, ['{"a":', '1}']), limits);
    expect(body.toString()).toBe('{"a":1}');
  });

  it.each([
    'application/json',
    'application/json; charset=utf-8',
    'application/json;charset="UTF-8"',
    'Application/JSON',
  ])('takes the type %s', async (type) => {
    expect((await readBody(arriving({ 'content-type': type }, ['1']), limits)).toString()).toBe('1');
  });

  it.each([
    undefined,
    'text/plain',
    'application/json; charset=latin1',
    'application/x-www-form-urlencoded',
    'application/jsonp',
  ])('refuses the type %s', async (type) => {
    const refusal = await refused(type === undefined ? {} : { 'content-type': type }, ['{}']);
    expect([refusal.code, refusal.extra['accepts']]).toEqual(['unsupported-media-type', ['application/json']]);
  });

  it('refuses an encoding it cannot unpack', async () => {
    expect((await refused({ ...json, 'content-encoding': 'br' }, ['{}'])).code).toBe('unsupported-media-type');
  });

  it.each([
    ['at the limit', 1_000, true],
    ['one over', 1_001, false],
  ])('takes a body %s: %d bytes, %p', async (_, bytes, taken) => {
    const body = Buffer.alloc(bytes, 'a');
    if (taken) expect(await readBody(arriving(json, [body]), limits)).toHaveLength(bytes);
    else expect((await refused(json, [body])).code).toBe('body-too-large');
  });

  it('refuses a stated length without reading, and closes the connection', async () => {
    const refusal = await refused({ ...json, 'content-length': '1001' }, [], false);
    expect([refusal.code, refusal.extra, refusal.headers]).toEqual([
      'body-too-large',
      { limit: 1_000 },
      { connection: 'close' },
    ]);
  });

  const packed = { ...json, 'content-encoding': 'gzip' };

  it('unpacks', async () => {
    expect((await readBody(arriving(packed, [gzipSync('{"a":1}')]), limits)).toString()).toBe('{"a":1}');
  });

  it('limits what a body unpacks to', async () => {
    const mixed = Buffer.from(Array.from({ length: 1_200 }, (_, i) => (i * 7_919) % 251));
    expect((await refused(packed, [gzipSync(mixed).subarray(0)])).code).toBe('body-too-large');
  });

  it('stops what grows more than a hundredfold', async () => {
    const refusal = await refusalOf(async () =>
      readBody(arriving(packed, [gzipSync(Buffer.alloc(100_000, ' '))]), { ...limits, maxBytes: 1_000_000 }),
    );
    expect([refusal.code, refusal.detail]).toEqual([
      'body-too-large',
      'the body unpacks to more than 100 times its size',
    ]);
  });

  it.each([
    ['is no gzip', Buffer.from('{"a":1}')],
    ['ends too early', gzipSync('{"a":1}').subarray(0, 15)],
  ])('refuses a packed body that %s', async (_, bytes) => {
    expect((await refused(packed, [bytes])).code).toBe('malformed-body');
  });

  it('gives up on a body that does not arrive', async () => {
    const waiting = readBody(arriving(json, ['{"a":'], false), { ...limits, timeoutMs: 20 });
    expect((await refusalOf(() => waiting)).code).toBe('request-timeout');
  });

  it('refuses when the client leaves in the middle', async () => {
    const request = arriving(json, ['{"a":'], false);
    const refusal = refusalOf(async () => readBody(request, limits));
    (request as unknown as PassThrough).destroy();
    expect((await refusal).code).toBe('malformed-body');
  });
});
