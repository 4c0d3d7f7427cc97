import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { Refusal } from '@winnow/contracts';
import type { ApiPorts } from '../ports';
import { beginExchange, type Exchange } from './exchange';
import { problemOf } from './problem';
import { sendProblem } from './send';

const longestUrl = 8_192;
const mostHeaderBytes = 16_384;

const headerBytes = ({ rawHeaders }: IncomingMessage): number =>
  rawHeaders.reduce((sum, text) => sum + text.length + 2, 0);

const tooLong = (request: IncomingMessage): Refusal | null => {
  if ((request.url ?? '').length > longestUrl)
    return new Refusal('uri-too-long', `the URL is longer than ${longestUrl} bytes`, { limit: longestUrl });
  if (headerBytes(request) > mostHeaderBytes)
    return new Refusal('headers-too-large', `the headers are larger than ${mostHeaderBytes} bytes`, {
      limit: mostHeaderBytes,
    });
  return null;
};

type EdgePorts = Pick<ApiPorts, 'settings' | 'log' | 'tally' | 'stopping'>;

const note = (
  { log, tally }: EdgePorts,
  exchange: Exchange,
  request: IncomingMessage,
  response: ServerResponse,
): void => {
  const method = request.method ?? 'GET';
  const seconds = (performance.now() - exchange.startedMs) / 1000;
  const { route } = exchange;
  const status = response.statusCode;
  tally.finished({ route, method, status, seconds });
  const line = {
    requestId: exchange.id,
    method,
    route,
    status,
    ms: Math.round(seconds * 1000),
    tenant: exchange.caller?.tenant,
  };
  log[status >= 500 ? 'warn' : 'debug'](line, 'request');
};

/** What is on every answer, whoever makes it; the router comes behind it. */
export const createEdge = (at: EdgePorts, router: RequestListener): RequestListener => {
  const { sandbox, http } = at.settings;
  return (request, response) => {
    const exchange = beginExchange(request);
    response.setHeader('x-request-id', exchange.id);
    response.setHeader('cache-control', 'no-store');
    response.setHeader('x-content-type-options', 'nosniff');
    if (sandbox) response.setHeader('x-winnow-sandbox', 'true');
    if (at.stopping()) response.setHeader('connection', 'close');
    response.once('close', () => note(at, exchange, request, response));
    const refusal = tooLong(request);
    if (refusal !== null) return sendProblem(response, problemOf(refusal, exchange.id, http.publicUrl));
    router(request, response);
  };
};
