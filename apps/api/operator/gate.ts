import { Refusal } from '@winnow/contracts';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { FailureCount } from '../auth/failure-count';
import { exchangeOf } from '../http/exchange';
import { sendPage } from '../pages/page';
import { noSessionCookie, readSessionCookie, sessionCookie } from './cookie';
import { loginPage, logoutPage, type LoginFault } from './login-page';
import { readForm } from './read-form';
import type { Sessions } from './session';

export interface GatePorts {
  readonly sessions: Sessions;
  readonly failures: FailureCount;
  /** cookies only over https: told by the public address */
  readonly secure: boolean;
}

const board = '/queues/';
const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

// Browsers say where a request comes from. Who says nothing is no browser, and has no cookie that a page could misuse.
const isFromElsewhere = ({ method, headers }: Request): boolean => {
  const site = headers['sec-fetch-site'];
  return !safeMethods.has(method) && site !== undefined && site !== 'same-origin' && site !== 'none';
};

const redirect = (response: Response, to: string, cookie?: string): void => {
  response.writeHead(303, { location: to, ...(cookie === undefined ? {} : { 'set-cookie': cookie }) }).end();
};

const showLogin = (response: Response, fault?: LoginFault): void =>
  sendPage(response, 'Queues', loginPage(fault), fault === undefined ? 200 : fault === 'often' ? 429 : 401);

const login = async (at: GatePorts, request: Request, response: Response): Promise<void> => {
  const address = request.socket.remoteAddress ?? 'unknown';
  const waitS = at.failures.blockedFor(address);
  if (waitS > 0) {
    response.setHeader('retry-after', String(waitS));
    request.resume();
    return showLogin(response, 'often');
  }
  const form = await readForm(request);
  if (at.sessions.matches(form.get('user') ?? '', form.get('password') ?? ''))
    return redirect(response, board, sessionCookie(at.sessions.make(), at.secure));
  at.failures.add(address);
  showLogin(response, 'wrong');
};

const turnAway = (request: Request, response: Response): void => {
  if (safeMethods.has(request.method) && request.headers.accept?.includes('text/html'))
    return redirect(response, '/queues/login');
  throw new Refusal('unauthenticated', 'log in at /queues/login', {}, { 'www-authenticate': 'Cookie' });
};

const handle = async (at: GatePorts, request: Request, response: Response, next: NextFunction): Promise<void> => {
  exchangeOf(request).route = '/queues';
  if (isFromElsewhere(request))
    throw new Refusal('forbidden', 'this was sent by a page of another site', { needs: 'same-origin' });
  const { method, path } = request;
  if (path === '/login' && method === 'POST') return login(at, request, response);
  if (path === '/login' && method === 'GET') return showLogin(response);
  if (path === '/logout' && method === 'GET') return sendPage(response, 'Queues', logoutPage);
  if (path === '/logout' && method === 'POST') return redirect(response, '/queues/login', noSessionCookie(at.secure));
  if (!at.sessions.isGood(readSessionCookie(request.headers.cookie))) return turnAway(request, response);
  next();
};

/** Stands before the board: whoever has no session gets no further than the form. */
export const createGate =
  (at: GatePorts): RequestHandler =>
  (request, response, next) => {
    handle(at, request, response, next).catch(next);
  };
