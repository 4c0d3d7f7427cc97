import type { IncomingMessage } from 'node:http';
import { Refusal, type RowsFile } from '@winnow/contracts';

export interface StreamLimits {
  readonly maxBytes: number;
  /** for the whole of it, and for the next piece to come */
  readonly timeoutMs: number;
  readonly stallMs: number;
}

const kinds = [
  { kind: 'csv', type: 'text/csv' },
  { kind: 'jsonl', type: 'application/x-ndjson' },
] as const;
const accepts = ['application/json', ...kinds.map(({ type }) => type)];
const parameters = /^(?:[ \t]*;[ \t]*(?:charset="?utf-8"?|header="?present"?))*[ \t]*$/i;
const closing = { connection: 'close' };

const mediaTypeOf = (header: string): { readonly name: string; readonly rest: string } => {
  const at = header.indexOf(';');
  const name = at === -1 ? header : header.slice(0, at);
  return { name: name.trim().toLowerCase(), rest: at === -1 ? '' : header.slice(at) };
};

/** Whether a request is a file of rows: anything else is left to the reader of JSON, or to its refusal. */
export const isFile = ({ headers }: Pick<IncomingMessage, 'headers'>): boolean =>
  kinds.some(({ type }) => type === mediaTypeOf(headers['content-type'] ?? '').name);

const timedOut = (why: string): Refusal => new Refusal('request-timeout', why, {}, closing);

/** What rejects when the body is too slow, and a way to say that it is not. */
const createClock = ({ timeoutMs, stallMs }: StreamLimits) => {
  const { promise, reject } = Promise.withResolvers<never>();
  // It may reject when nobody waits any more.
  promise.catch(() => undefined);
  const whole = setTimeout(() => reject(timedOut(`the body was not in within ${timeoutMs / 1000} s`)), timeoutMs);
  let next: NodeJS.Timeout | undefined;
  return {
    wait: <Value>(value: Promise<Value>): Promise<Value> => {
      next = setTimeout(() => reject(timedOut(`nothing of the body came for ${stallMs / 1000} s`)), stallMs);
      return Promise.race([value, promise]).finally(() => clearTimeout(next));
    },
    stop: () => clearTimeout(whole),
  };
};

async function* piecesOf(request: IncomingMessage, limits: StreamLimits): AsyncGenerator<Uint8Array> {
  const clock = createClock(limits);
  // Destroyed on return, the connection would be reset before the client has its answer.
  const pieces = request.iterator({ destroyOnReturn: false }) as AsyncIterator<Uint8Array>;
  let isOver = false;
  try {
    for (;;) {
      const { done, value } = await clock.wait(pieces.next());
      if (done === true) break;
      yield value;
    }
    isOver = true;
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal('malformed-body', 'the connection closed before the body was in', {}, closing);
  } finally {
    clock.stop();
    // Not awaited: it would wait for the piece that is still on its way.
    if (!isOver) void pieces.return?.().catch(() => undefined);
  }
}

/** The file that a request brings. Its bytes are taken from the connection only as fast as they are read. */
export const openFile = (request: IncomingMessage, limits: StreamLimits): RowsFile => {
  const { headers } = request;
  const { name, rest } = mediaTypeOf(headers['content-type'] ?? '');
  const kind = kinds.find(({ type }) => type === name)?.kind;
  if (kind === undefined || !parameters.test(rest))
    throw new Refusal('unsupported-media-type', 'the content type is not taken here: files have to be UTF-8', {
      accepts,
    });
  const encoding = headers['content-encoding']?.toLowerCase() ?? 'identity';
  if (encoding !== 'identity' && encoding !== 'gzip')
    throw new Refusal('unsupported-media-type', 'the content encoding is not taken here', {
      accepts,
      acceptsEncoding: ['gzip', 'identity'],
    });
  if (Number(headers['content-length'] ?? 0) > limits.maxBytes)
    throw new Refusal(
      'body-too-large',
      `the body is larger than ${limits.maxBytes} bytes`,
      { limit: limits.maxBytes },
      closing,
    );
  return { kind, gzip: encoding === 'gzip', bytes: piecesOf(request, limits) };
};

/** Runs what reads a file. When it stops before the end, so does the connection: what is left of the body cannot be told from a request. */
export const readingFile = async <Out>(request: IncomingMessage, read: () => Promise<Out>): Promise<Out> => {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof Refusal) || request.complete) throw error;
    throw new Refusal(error.code, error.detail, error.extra, { ...error.headers, ...closing });
  }
};
