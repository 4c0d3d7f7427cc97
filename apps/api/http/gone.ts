import type { ServerResponse } from 'node:http';

/** Fires when the client has hung up before its answer was sent. */
export const goneSignal = (response: ServerResponse): AbortSignal => {
  const gone = new AbortController();
  response.once('close', () => response.writableFinished || gone.abort());
  return gone.signal;
};
