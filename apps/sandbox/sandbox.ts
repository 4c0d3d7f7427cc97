import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { anthropicDialect } from './anthropic-dialect';
import { errorBody, invalidRequest, noKey, overloaded, serverError } from './api-error';
import { serveChat } from './chat';
import { type ControlPorts, serveControl } from './control';
import { type Dialect, openAiDialect, openRouterDialect } from './dialect';
import { hasLeft, sendError, type Exchange } from './exchange';
import type { Invoice } from './invoice';
import type { Log } from './log';
import { findModel, isProvider, modelNames, type Provider } from './prices';
import { State } from './state';
import { Stats } from './stats';

export interface Sandbox {
  readonly server: Server;
  /** Until it is open every request is told 503. */
  readonly open: (invoice: Invoice) => void;
  /** Takes no new call, lets those under way finish for so long, then breaks them off. */
  readonly stop: (graceMs: number) => Promise<void>;
}

const MAX_CONNECTIONS = 20_000;
const KEEP_ALIVE_MS = 65_000;
const REQUEST_MS = 120_000;

export function createSandbox(log: Log): Sandbox {
  let at: ControlPorts | undefined;
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: REQUEST_MS }, (req, res) => {
    if (!at) return sendText(res, 503, errorBody(overloaded));
    serve(req, res, at).catch((reason: unknown) => {
      log('call failed', { reason: String(reason) });
      req.socket.destroy();
    });
  });
  server.maxConnections = MAX_CONNECTIONS;
  return {
    server,
    open: (invoice) => {
      at = { invoice, log, state: new State(), stats: new Stats() };
    },
    stop: async (graceMs) => {
      await closeServer(server, graceMs);
      await at?.invoice.close();
    },
  };
}

async function closeServer(server: Server, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearTimeout(timer);
}

const ROUTE = /^(?:\/([a-z]+))?\/v1\/(chat\/completions|messages|models)(?:\/(.+))?$/;

async function serve(req: IncomingMessage, res: ServerResponse, at: ControlPorts): Promise<void> {
  const path = req.url ?? '/';
  const [pathname = '/'] = path.split('?', 1);
  if (pathname === '/healthz' || pathname === '/readyz') return sendJson(res, 200, { status: 'ok' });
  if (pathname.startsWith('/control')) return serveControl(req, res, new URL(path, 'http://sandbox'), at);
  const [, name = 'openai', route, rest] = ROUTE.exec(pathname) ?? [];
  if (route === undefined || !isProvider(name)) return notFound(req, res, pathname);
  if (route === 'models' && req.method === 'GET') return serveModels(req, res, name, rest);
  const isCall = req.method === 'POST' && rest === undefined;
  if (route === 'chat/completions' && isCall)
    return call(req, res, name, at, name === 'openrouter' ? openRouterDialect : openAiDialect);
  if (route === 'messages' && isCall && name === 'anthropic') return call(req, res, name, at, anthropicDialect);
  return notFound(req, res, pathname);
}

async function call(
  req: IncomingMessage,
  res: ServerResponse,
  provider: Provider,
  at: ControlPorts,
  dialect: Dialect,
): Promise<void> {
  const startedMs = Date.now();
  const clientRequestId = req.headers['x-client-request-id'];
  const identity = {
    provider,
    requestId: `req_${randomUUID().replaceAll('-', '')}`,
    clientRequestId: typeof clientRequestId === 'string' ? clientRequestId.slice(0, 512) : null,
  };
  const record = at.stats.begin(startedMs, { ...identity, model: 'none' });
  const exchange: Exchange = { req, res, dialect, startedMs, record, ...identity };
  try {
    await serveChat(exchange, provider, at);
  } catch (reason) {
    // Nothing leaves that is not on the invoice; a full disk under it is the provider's own fault, and free.
    at.log('call failed', { requestId: identity.requestId, reason: String(reason) });
    record.outcome = 'refused';
    record.status = 500;
    if (res.headersSent) req.socket.destroy();
    else if (!hasLeft(exchange)) sendError(exchange, serverError);
  } finally {
    at.stats.end(Date.now(), record);
  }
}

function serveModels(req: IncomingMessage, res: ServerResponse, provider: Provider, id: string | undefined): void {
  if (!/^Bearer\s+(?!invalid$)\S+$/i.test(req.headers.authorization ?? '')) return sendText(res, 401, errorBody(noKey));
  const view = (name: string): object => ({ id: name, object: 'model', created: 0, owned_by: provider });
  if (id === undefined) return sendJson(res, 200, { object: 'list', data: modelNames(provider).map(view) });
  const name = decodeURIComponent(id);
  return findModel(provider, name) ? sendJson(res, 200, view(name)) : notFound(req, res, `model ${name}`);
}

function notFound(req: IncomingMessage, res: ServerResponse, what: string): void {
  req.resume();
  sendText(res, 404, errorBody(invalidRequest(`Unknown: ${req.method} ${what.slice(0, 200)}`, null, 404)));
}

const sendJson = (res: ServerResponse, status: number, body: unknown): void =>
  sendText(res, status, JSON.stringify(body));

function sendText(res: ServerResponse, status: number, text: string): void {
  res.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }).end(text);
}
