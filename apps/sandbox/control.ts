import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Invoice } from './invoice';
import { type FieldError, patchKnobs } from './knobs';
import type { Log } from './log';
import { readBody } from './read-body';
import type { State } from './state';
import type { Stats, Want } from './stats';

export interface ControlPorts {
  readonly invoice: Invoice;
  readonly state: State;
  readonly stats: Stats;
  readonly log: Log;
}

const MAX_CONTROL_BYTES = 1_024 * 1_024;
const MAX_PAGE = 10_000;
const MAX_WAIT_MS = 120_000;

type Reply = { status: number; body: unknown };
const ok = (body: unknown): Reply => ({ status: 200, body });

const problem = (status: number, title: string, errors?: FieldError[]): Reply => ({
  status,
  body: {
    type: 'about:blank',
    title,
    status,
    code: 'invalid',
    detail: errors?.map((e) => `${e.pointer} ${e.detail}`).join('; '),
    errors,
  },
});

const routes: Readonly<Record<string, (at: ControlPorts, url: URL, req: IncomingMessage) => Promise<Reply> | Reply>> = {
  'GET /control': ({ state }) => ok(state.knobs),
  'PUT /control': putKnobs,
  'POST /control/reset': ({ state, stats, log }) => {
    state.reset();
    stats.reset();
    log('control reset');
    return ok(state.knobs);
  },
  'GET /control/stats': ({ stats }) => ok(stats.view()),
  'GET /control/calls': ({ stats }, url) => {
    const { after, limit } = page(url);
    const { values, hasMore } = stats.recent.after(after, limit);
    return ok({ calls: values, hasMore });
  },
  'GET /control/wait': waitFor,
  'GET /control/invoice': async ({ invoice }, url) => {
    const { after, limit } = page(url);
    return ok(await invoice.page(after, limit));
  },
  'GET /control/invoice/sum': async ({ invoice }, url) => ok(await invoice.sum(page(url).after)),
};

function numberIn(url: URL, name: string, least: number, most: number, standard: number): number {
  const given = Number(url.searchParams.get(name) ?? standard);
  return Number.isFinite(given) ? Math.min(most, Math.max(least, Math.trunc(given))) : standard;
}

const page = (url: URL): { after: number; limit: number } => ({
  after: numberIn(url, 'after', 0, Number.MAX_SAFE_INTEGER, 0),
  limit: numberIn(url, 'limit', 1, MAX_PAGE, 1_000),
});

async function putKnobs({ state, log }: ControlPorts, _: URL, req: IncomingMessage): Promise<Reply> {
  const body = await readBody(req, MAX_CONTROL_BYTES);
  if ('failed' in body) return problem(413, 'The body is too large');
  let patch: unknown;
  try {
    patch = JSON.parse(body.text);
  } catch {
    return problem(400, 'The body is not JSON');
  }
  const patched = patchKnobs(state.knobs, patch);
  if ('errors' in patched) return problem(422, 'The knobs were not understood', patched.errors);
  state.apply(patched.knobs);
  log('control changed', { fields: Object.keys(patch as object) });
  return ok(state.knobs);
}

async function waitFor({ stats }: ControlPorts, url: URL): Promise<Reply> {
  const want: Want = {};
  for (const name of ['calls', 'inFlight', 'answers'] as const) {
    if (url.searchParams.has(name)) want[name] = numberIn(url, name, 0, Number.MAX_SAFE_INTEGER, 0);
  }
  const reached = await stats.reached(want, numberIn(url, 'timeoutMs', 0, MAX_WAIT_MS, 30_000));
  return ok({ reached, ...stats.view() });
}

export async function serveControl(
  req: IncomingMessage,
  res: ServerResponse,
  url: URL,
  at: ControlPorts,
): Promise<void> {
  const route = routes[`${req.method} ${url.pathname}`];
  const { status, body } = route ? await route(at, url, req) : problem(404, 'No such control route');
  const type = status < 400 ? 'application/json' : 'application/problem+json';
  const text = JSON.stringify(body);
  res.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(text) }).end(text);
}
