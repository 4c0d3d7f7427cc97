import { RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA, ROUTE_ARGS_METADATA, RouteParamtypes } from '@nestjs/common/internal';
import { Refusal } from '@winnow/contracts';
import { accessMetadata, freeMetadata, type Access } from '../auth/scopes.decorator';
import { takesFileMetadata } from './takes-file.decorator';

type Handler = (...args: never[]) => unknown;
export type Controller = abstract new (...args: never[]) => unknown;

export interface Route {
  readonly handler: Handler;
  readonly method: string;
  readonly path: string;
  readonly access: Access;
  readonly free: boolean;
  readonly takesBody: boolean;
  /** the body may be a file of rows in place of JSON */
  readonly takesFile: boolean;
  readonly takesQuery: boolean;
}

export interface RouteTable {
  readonly all: readonly Route[];
  readonly of: (handler: unknown) => Route;
  /** 405 for a path that is known under other methods, else null */
  readonly refuseUnmatched: (method: string, path: string) => Refusal | null;
}

const join = (...parts: readonly string[]): string =>
  `/${parts
    .flatMap((part) => part.split('/'))
    .filter(Boolean)
    .join('/')}`;

const methodNames = (controller: Controller): string[] =>
  Object.getOwnPropertyNames(controller.prototype).filter((name) => name !== 'constructor');

const routeOf = (controller: Controller, name: string): Route[] => {
  const handler = (controller.prototype as Record<string, Handler>)[name] as Handler;
  const path: unknown = Reflect.getMetadata(PATH_METADATA, handler);
  if (typeof path !== 'string') return [];
  const place = join(String(Reflect.getMetadata(PATH_METADATA, controller) ?? ''), path);
  const method = RequestMethod[Reflect.getMetadata(METHOD_METADATA, handler) as number] ?? 'GET';
  const access = Reflect.getMetadata(accessMetadata, handler) as Access | undefined;
  if (access === undefined)
    throw new Error(`${method} ${place} says nothing of who may use it: give it @Scopes(), @AnyKey() or @Public()`);
  const args = Object.keys((Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, name) as object | undefined) ?? {});
  const takes = (kind: RouteParamtypes): boolean => args.some((arg) => arg.startsWith(`${kind}:`));
  return [
    {
      handler,
      method,
      path: place,
      access,
      free: Reflect.getMetadata(freeMetadata, handler) === true,
      takesBody: takes(RouteParamtypes.BODY),
      takesFile: Reflect.getMetadata(takesFileMetadata, handler) === true,
      takesQuery: takes(RouteParamtypes.QUERY),
    },
  ];
};

const patternOf = (path: string): RegExp =>
  new RegExp(
    `^${path
      .split('/')
      .map((step) => (step.startsWith(':') ? '[^/]+' : step.replaceAll('.', '\\.')))
      .join('/')}/?$`,
  );

/** Every route there is. One that does not say who may use it stops the start. */
export const readRoutes = (controllers: readonly Controller[]): RouteTable => {
  const all = controllers.flatMap((controller) => methodNames(controller).flatMap((name) => routeOf(controller, name)));
  const byHandler = new Map<unknown, Route>(all.map((route) => [route.handler, route]));
  const patterns = all.map(({ path, method }) => ({ pattern: patternOf(path), method }));
  return {
    all,
    of: (handler) => {
      const route = byHandler.get(handler);
      if (route === undefined) throw new Error('a handler that is in no table of routes was called');
      return route;
    },
    refuseUnmatched: (method, path) => {
      const known = patterns.filter(({ pattern }) => pattern.test(path)).map((route) => route.method);
      if (known.length === 0 || known.includes(method)) return null;
      const allow = [...new Set(known.includes('GET') ? ['GET', 'HEAD', ...known] : known)].join(', ');
      return new Refusal(
        'method-not-allowed',
        `${method} does not exist here`,
        { allow: allow.split(', ') },
        { allow },
      );
    },
  };
};
