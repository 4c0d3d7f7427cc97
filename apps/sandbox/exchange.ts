import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ApiError } from './api-error';
import type { Dialect } from './dialect';
import type { Fault } from './faults';
import { wait } from './latency';
import type { CallRecord } from './stats';

/** One call under way. */
export interface Exchange {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly provider: string;
  readonly dialect: Dialect;
  readonly requestId: string;
  readonly clientRequestId: string | null;
  readonly startedMs: number;
  readonly record: CallRecord;
}

const DEFAULT_DRIP_MS = 5_000;
const DEFAULT_HANG_MS = 120_000;

export const hasLeft = ({ req }: Exchange): boolean => req.socket.destroyed;

function head(exchange: Exchange, status: number, headers: Record<string, string | number>): void {
  exchange.res.writeHead(status, {
    'x-request-id': exchange.requestId,
    'openai-processing-ms': Math.max(0, Math.round(Date.now() - exchange.startedMs)),
    ...headers,
  });
}

export function sendError(exchange: Exchange, error: ApiError, headers: Record<string, string> = {}): void {
  const body = exchange.dialect.error(error);
  head(exchange, error.status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    ...headers,
  });
  exchange.res.end(body);
}

export async function sendBody(exchange: Exchange, type: string, body: string, fault?: Fault): Promise<void> {
  const bytes = Buffer.from(body);
  head(exchange, 200, { 'content-type': type, 'content-length': bytes.length });
  if (fault?.kind === 'drip') return drip(exchange, bytes, fault.everyMs ?? DEFAULT_DRIP_MS);
  if (fault?.kind === 'cut') {
    // One byte is always missing, or the client would not notice the cut.
    return cut(exchange, bytes.subarray(0, Math.min(fault.after ?? bytes.length >> 1, bytes.length - 1)));
  }
  exchange.res.end(bytes);
}

export async function sendFrames(
  exchange: Exchange,
  frames: readonly string[],
  tokenMs: number,
  fault?: Fault,
): Promise<void> {
  head(exchange, 200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' });
  if (fault?.kind === 'drip') return drip(exchange, Buffer.from(frames.join('')), fault.everyMs ?? DEFAULT_DRIP_MS);
  if (fault?.kind === 'bad-body') {
    exchange.res.end(`${frames[0] ?? ''}data: {"choices":[{"delta":\n\n`);
    return;
  }
  if (tokenMs > 0) {
    for (const frame of frames.slice(0, -1)) {
      if (hasLeft(exchange)) return;
      exchange.res.write(frame);
      await wait(tokenMs);
    }
  }
  const rest = Buffer.from(tokenMs > 0 ? (frames.at(-1) ?? '') : frames.join(''));
  if (fault?.kind === 'cut') return cut(exchange, rest);
  exchange.res.end(rest);
}

/** Sends these bytes, waits until they are out, then breaks the connection. */
function cut(exchange: Exchange, bytes: Buffer): Promise<void> {
  return new Promise((resolve) => {
    const destroy = (): void => {
      exchange.req.socket.destroy();
      resolve();
    };
    if (bytes.length > 0) exchange.res.write(bytes, destroy);
    else exchange.res.flushHeaders();
    if (bytes.length === 0) setImmediate(destroy);
  });
}

async function drip(exchange: Exchange, bytes: Buffer, everyMs: number): Promise<void> {
  for (let i = 0; i < bytes.length; i += 1) {
    if (hasLeft(exchange)) return;
    exchange.res.write(bytes.subarray(i, i + 1));
    await wait(everyMs);
  }
  exchange.res.end();
}

export const reset = (exchange: Exchange): void => {
  exchange.req.socket.resetAndDestroy();
};

/** Until the client leaves or the time is over; then nothing has been said. */
export function hang(exchange: Exchange, forMs = DEFAULT_HANG_MS): Promise<void> {
  return new Promise((resolve) => {
    const { socket } = exchange.req;
    if (socket.destroyed) return resolve();
    const timer = setTimeout(() => socket.destroy(), forMs);
    socket.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
