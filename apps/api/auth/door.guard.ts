import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { Refusal } from '@winnow/contracts';
import type { Keys, RateLimiter } from '@winnow/storage';
import type { Request, Response } from 'express';
import { acceptsType } from '../http/accepts-type';
import { decodeJson } from '../http/decode-json';
import { exchangeOf, type Exchange } from '../http/exchange';
import { guardBody } from '../http/guard-body';
import { readIdempotencyKey } from '../http/idempotency-key';
import { readBody } from '../http/read-body';
import type { Route, RouteTable } from '../http/route-table';
import { isFile } from '../http/streamed-body';
import type { Authenticate } from './authenticate';
import type { Caller } from './caller';

export interface DoorPorts {
  readonly authenticate: Authenticate;
  readonly limiter: RateLimiter;
  readonly touch: Keys['touch'];
}

const takeFromRate = async (limiter: RateLimiter, { key }: Caller, response: Response): Promise<void> => {
  const { allowed, remaining, resetSeconds, retryAfterSeconds } = await limiter.take(key.id, key.perMinute);
  response.setHeader('ratelimit-policy', `"key";q=${key.perMinute};w=60`);
  response.setHeader('ratelimit', `"key";r=${remaining};t=${resetSeconds}`);
  if (allowed) return;
  const detail = `more than ${key.perMinute} requests a minute with this key`;
  throw new Refusal('rate-limited', detail, { violated: ['key'] }, { 'retry-after': String(retryAfterSeconds) });
};

const checkScope = ({ access }: Route, { key }: Caller): void => {
  if (access === 'any-key' || access === 'anybody' || key.scopes.includes(access)) return;
  throw new Refusal('forbidden', `this needs the scope ${access}`, { needs: access });
};

const offersOf = ({ method, path }: Pick<Request, 'method' | 'path'>): string[] => {
  if (path.endsWith('/events')) return ['text/event-stream'];
  if (method === 'POST' && /^\/api\/v1\/jobs\/?$/.test(path)) return ['application/json', 'text/event-stream'];
  return /^\/api\/v1\/(?:usage|savings)\/?$/.test(path) ? ['application/json', 'text/csv'] : ['application/json'];
};

const checkAccept = (request: Request): void => {
  const offers = offersOf(request);
  const { headers } = request;
  if (!offers.some((type) => acceptsType(headers.accept, type)))
    throw new Refusal('not-acceptable', `only ${offers.join(' or ')} can be sent here`, { offers });
};

const readPostKey = (request: Request, { key }: Caller): string | undefined => {
  if (request.method !== 'POST') return undefined;
  const found = readIdempotencyKey(request.headers['idempotency-key']);
  if (found === undefined && key.idempotency === 'required')
    throw new Refusal('idempotency-key-missing', 'this API key asks for an Idempotency-Key header on every POST');
  return found;
};

const checkQuery = ({ takesQuery }: Route, { url }: Request): void => {
  const at = url.indexOf('?');
  if (takesQuery || at === -1 || at === url.length - 1) return;
  const names = [...new Set(new URLSearchParams(url.slice(at)).keys())].slice(0, 10);
  throw new Refusal('malformed-parameter', `no query parameter is taken here: ${names.join(', ')}`, {
    errors: names.map((name) => ({ pointer: `/${name}`, code: 'unknown', detail: 'there is no such parameter' })),
  });
};

const admit = async (
  at: DoorPorts,
  route: Route,
  exchange: Exchange,
  request: Request,
  response: Response,
): Promise<void> => {
  const caller = await at.authenticate(request.headers.authorization, request.socket.remoteAddress ?? 'unknown');
  exchange.caller = caller;
  // A note for people: a job must not fail because it could not be written.
  at.touch(caller.key.id).catch(() => undefined);
  if (!route.free) await takeFromRate(at.limiter, caller, response);
  checkScope(route, caller);
  checkAccept(request);
  exchange.idempotencyKey = readPostKey(request, caller);
  checkQuery(route, request);
  // A file is read by its handler, as it arrives.
  if (!route.takesBody || (route.takesFile && isFile(request))) return;
  request.body = guardBody(decodeJson(await readBody(request)));
};

/** What every request passes, in this order, before a handler sees it: key, rate, scope, headers, and at last the bytes of its body. */
export class DoorGuard implements CanActivate {
  constructor(
    private readonly routes: RouteTable,
    private readonly at: DoorPorts,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    const request = http.getRequest<Request>();
    const exchange = exchangeOf(request);
    const route = this.routes.of(context.getHandler());
    exchange.route = route.path;
    if (route.access !== 'anybody') await admit(this.at, route, exchange, request, http.getResponse<Response>());
    return true;
  }
}
