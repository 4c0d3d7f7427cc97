import type { IncomingMessage } from 'node:http';
import { createGunzip } from 'node:zlib';
import { Refusal } from '@winnow/contracts';

export interface BodyLimits {
  readonly maxBytes: number;
  /** how many times its own size a compressed body may become */
  readonly maxRatio: number;
  readonly timeoutMs: number;
}

const bodyLimits: BodyLimits = { maxBytes: 1_048_576, maxRatio: 100, timeoutMs: 30_000 };

// What is left of such a body is not read: the connection cannot serve another request.
const closing = { connection: 'close' };
const json = /^application\/json(?:[ \t]*;[ \t]*charset=(?:"utf-8"|utf-8))?[ \t]*;?[ \t]*$/i;

const tooLarge = (limit: number, why = `the body is larger than ${limit} bytes`): Refusal =>
  new Refusal('body-too-large', why, { limit }, closing);

/** Whether the body is compressed. Throws what makes reading it pointless. */
const checkHeaders = ({ headers }: Pick<IncomingMessage, 'headers'>, limits: BodyLimits): { gzip: boolean } => {
  const type = headers['content-type'];
  if (type === undefined || (type !== 'application/json' && !json.test(type)))
    throw new Refusal(
      'unsupported-media-type',
      `the content type ${type === undefined ? 'is missing' : 'is not taken here'}`,
      {
        accepts: ['application/json'],
      },
    );
  const encoding = headers['content-encoding']?.toLowerCase() ?? 'identity';
  if (encoding !== 'identity' && encoding !== 'gzip')
    throw new Refusal('unsupported-media-type', 'the content encoding is not taken here', {
      accepts: ['application/json'],
      acceptsEncoding: ['gzip', 'identity'],
    });
  if (Number(headers['content-length'] ?? 0) > limits.maxBytes) throw tooLarge(limits.maxBytes);
  return { gzip: encoding === 'gzip' };
};

/** Reads a JSON body within its limits of size, of time and, when it is compressed, of growth. */
export const readBody = (request: IncomingMessage, limits: BodyLimits = bodyLimits): Promise<Buffer> => {
  const { gzip } = checkHeaders(request, limits);
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const source = gzip ? request.pipe(createGunzip()) : request;
  const chunks: Buffer[] = [];
  let arrived = 0;
  let size = 0;

  const stop = (refusal: Refusal): void => {
    done();
    if (source !== request) request.unpipe();
    request.pause();
    reject(refusal);
  };
  const onArrived = (chunk: Buffer): void => {
    arrived += chunk.length;
    if (arrived > limits.maxBytes) stop(tooLarge(limits.maxBytes));
  };
  const onData = (chunk: Buffer): void => {
    size += chunk.length;
    chunks.push(chunk);
    if (size > limits.maxBytes) stop(tooLarge(limits.maxBytes));
    else if (gzip && size > arrived * limits.maxRatio)
      stop(tooLarge(limits.maxBytes, `the body unpacks to more than ${limits.maxRatio} times its size`));
  };
  const onEnd = (): void => {
    done();
    resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, size));
  };
  const onClose = (): void => {
    // It also closes when all is in; the unpacker may then still be at work.
    if (!request.complete)
      stop(new Refusal('malformed-body', 'the connection closed before the body was in', {}, closing));
  };
  const onBad = (): void =>
    stop(new Refusal('malformed-body', 'the body is not valid gzip', { position: arrived }, closing));
  const timer = setTimeout(
    () => stop(new Refusal('request-timeout', `the body was not in within ${limits.timeoutMs / 1000} s`, {}, closing)),
    limits.timeoutMs,
  );
  const done = (): void => {
    clearTimeout(timer);
    source.off('data', onData).off('end', onEnd);
    request.off('data', onArrived).off('close', onClose);
    // The unpacker may still fail on what is thrown away.
    if (source !== request)
      source
        .off('error', onBad)
        .on('error', () => undefined)
        .destroy();
  };

  if (gzip) {
    request.on('data', onArrived);
    source.on('error', onBad);
  }
  source.on('data', onData).on('end', onEnd);
  request.on('close', onClose);
  return promise;
};
