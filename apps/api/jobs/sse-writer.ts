import type { ServerResponse } from 'node:http';

export interface SseEvent {
  readonly event: string;
  readonly id?: number;
  readonly data: unknown;
}

export interface SseWriter {
  readonly send: (event: SseEvent) => void;
  readonly comment: (text: string) => void;
  readonly end: () => void;
  /** more waits to be read than a reader may leave lying: the stream was cut, and can be taken up again */
  readonly isCut: () => boolean;
}

const mostUnreadBytes = 1_048_576;
const retryMs = 2_000;

const headers = {
  'content-type': 'text/event-stream; charset=utf-8',
  'x-accel-buffering': 'no',
  connection: 'keep-alive',
};

/** Server-sent events on an open answer. JSON has no bare line feeds, so that one `data` line holds a whole event. */
export const openSse = (response: ServerResponse, more: Readonly<Record<string, string>> = {}): SseWriter => {
  response.socket?.setNoDelay(true);
  response.writeHead(200, { ...headers, ...more });
  const write = (text: string): void => {
    if (response.writableEnded || response.destroyed) return;
    response.write(text);
    if (response.writableLength > mostUnreadBytes) response.destroy();
  };
  write(`retry: ${retryMs}\n\n`);
  return {
    send: ({ event, id, data }) =>
      write(`${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`),
    comment: (text) => write(`: ${text}\n\n`),
    end: () => void response.end(),
    isCut: () => response.writableEnded || response.destroyed,
  };
};
