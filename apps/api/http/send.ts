import type { ServerResponse } from 'node:http';
import type { Problem } from './problem';

type Headers = Readonly<Record<string, string>>;

export interface Reply {
  readonly status: number;
  readonly headers?: Headers;
  readonly body: unknown;
}

const write = (response: ServerResponse, status: number, type: string, text: string, headers?: Headers): void => {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(text), ...headers });
};

export const send = (response: ServerResponse, { status, headers, body }: Reply): void => {
  if (status === 304) return void response.writeHead(304, headers).end();
  const text = JSON.stringify(body);
  write(response, status, 'application/json', text, headers);
  response.end(text);
};

export const sendText = (response: ServerResponse, type: string, text: string, headers?: Headers): void => {
  write(response, 200, type, text, headers);
  response.end(text);
};

const mostDrainedBytes = 4_194_304;
const longestDrainMs = 1_000;

/**
 * The answer to a body that is not read to its end. It is complete before the connection is closed, and what the client still sends is
 * thrown away for a moment: closed at once, the kernel would reset the connection and the client lose the answer.
 */
const endAfterDrain = (response: ServerResponse): void => {
  const { req } = response;
  let drained = 0;
  const end = (): void => {
    clearTimeout(timer);
    response.end();
  };
  const timer = setTimeout(end, longestDrainMs);
  req.on('data', (chunk: Buffer) => {
    drained += chunk.length;
    if (drained > mostDrainedBytes) end();
  });
  req.once('end', end).once('close', end).resume();
};

export const sendProblem = (response: ServerResponse, { status, headers, body }: Problem): void => {
  if (response.headersSent) return void response.destroy();
  const text = JSON.stringify(body);
  write(response, status, 'application/problem+json', text, headers);
  if (headers['connection'] !== 'close' || response.req.complete || response.req.destroyed)
    return void response.end(text);
  response.write(text);
  endAfterDrain(response);
};
