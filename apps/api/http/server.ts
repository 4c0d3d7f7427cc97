import { createServer, STATUS_CODES, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Refusal } from '@winnow/contracts';
import { newId } from '@winnow/kernel';
import { problemOf } from './problem';

// The parser's own limit lies above ours, so that most of what is too long is answered by the edge, which knows what it was.
const parserHeaderBytes = 65_536;

interface ParserError extends Error {
  readonly code?: string;
}

const refusalOf = ({ code }: ParserError): Refusal => {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return new Refusal('request-timeout', 'the request was not in within 10 minutes');
  // The parser does not say whether it was the URL or a header that went on for so long.
  if (code === 'HPE_HEADER_OVERFLOW')
    return new Refusal('headers-too-large', 'the URL and headers are larger than 64 KiB', { limit: parserHeaderBytes });
  return new Refusal('malformed-body', 'this is not a request in HTTP/1.1');
};

const hasBegunAnswer = (socket: Socket): boolean =>
  (socket as { _httpMessage?: ServerResponse | null })._httpMessage?.headersSent ?? false;

/** What the parser cannot read never reaches a handler, but is answered like everything else. */
const onClientError =
  (publicUrl?: string) =>
  (error: ParserError, socket: Socket): void => {
    if (error.code === 'ECONNRESET' || !socket.writable || hasBegunAnswer(socket)) return void socket.destroy();
    const id = newId('req');
    const { status, body } = problemOf(refusalOf(error), id, publicUrl);
    const text = JSON.stringify(body);
    socket.end(
      [
        `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
        'content-type: application/problem+json',
        `content-length: ${Buffer.byteLength(text)}`,
        `x-request-id: ${id}`,
        'cache-control: no-store',
        'connection: close',
        '',
        text,
      ].join('\r\n'),
    );
  };

export const createHttpServer = (listener: RequestListener, publicUrl?: string): Server => {
  const server = createServer(
    {
      keepAliveTimeout: 65_000,
      // A file may take so long; whoever reads another body gives it 30 s.
      requestTimeout: 600_000,
      headersTimeout: 10_000,
      connectionsCheckingInterval: 5_000,
      maxHeaderSize: parserHeaderBytes,
    },
    listener,
  );
  server.on('clientError', onClientError(publicUrl));
  return server;
};

export const listen = (server: Server, port: number, host: string): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });

/** No new connections; open requests have the time to end, then their connections are cut. */
export const closeServer = async (server: Server, graceMs: number): Promise<void> => {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const timer = setTimeout(() => server.closeAllConnections(), graceMs);
  server.closeIdleConnections();
  await closed;
  clearTimeout(timer);
};
