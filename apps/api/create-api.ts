import type { Server } from 'node:http';
import type { INestApplication } from '@nestjs/common';
import { DiscoveryModule, DiscoveryService, NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { jobIn, taskIn } from '@winnow/contracts';
import type { Producers } from '@winnow/queue';
import type { Express } from 'express';
import { ApiModule } from './api.module';
import { createAuthenticate } from './auth/authenticate';
import { DoorGuard } from './auth/door.guard';
import { createFailureCount } from './auth/failure-count';
import { createKeyCache } from './auth/key-cache';
import { serveDocs } from './docs/serve-docs';
import { createEdge } from './http/edge';
import { ProblemFilter } from './http/problem.filter';
import { parseQuery } from './http/query-string';
import { readRoutes, type Controller, type RouteTable } from './http/route-table';
import { SchemaPipe, type FurtherFaults } from './http/schema.pipe';
import { createHttpServer } from './http/server';
import { createJobsPorts } from './jobs/jobs-ports';
import { furtherJobFaults } from './jobs/read-ask';
import { createStreamRegister, type StreamRegister } from './jobs/stream-register';
import { createBoard } from './operator/board';
import { createGate } from './operator/gate';
import { createSessions } from './operator/session';
import type { ApiPorts } from './ports';
import { furtherTaskFaults } from './tasks/faults-of-task';

export interface Api {
  readonly server: Server;
  readonly streams: StreamRegister;
  readonly routes: RouteTable;
}

const failuresAMinute = 10;

const createAdapter = (): { adapter: ExpressAdapter; router: Express } => {
  const adapter = new ExpressAdapter();
  const router = adapter.getInstance<Express>();
  router.disable('x-powered-by').disable('etag').set('query parser', parseQuery);
  return { adapter, router };
};

const serveBoard = (router: Express, { settings }: ApiPorts, queues: Producers['queues']): void => {
  const gate = createGate({
    sessions: createSessions(settings.secret, settings.operatorPassword),
    failures: createFailureCount(failuresAMinute),
    secure: settings.http.publicUrl?.startsWith('https:') ?? false,
  });
  router.use('/queues', gate, ...createBoard(queues, settings.sandbox));
};

/** What every route passes, and what becomes of its errors. A route that does not say who may use it stops the start here. */
const guardRoutes = (app: INestApplication, ports: ApiPorts): RouteTable => {
  const { settings, log, tally, keys, limiter, now, tasks, catalogue } = ports;
  const controllers = app.get(DiscoveryService).getControllers();
  const routes = readRoutes(controllers.flatMap(({ metatype }) => (metatype ? [metatype as Controller] : [])));
  const failures = createFailureCount(failuresAMinute);
  const authenticate = createAuthenticate({ keys: createKeyCache(keys), failures, now });
  const { publicUrl } = settings.http;
  app.useGlobalGuards(new DoorGuard(routes, { authenticate, limiter, touch: keys.touch }));
  app.useGlobalPipes(
    new SchemaPipe(
      new Map<unknown, FurtherFaults>([
        [jobIn, furtherJobFaults(tasks.shipped)],
        [taskIn, furtherTaskFaults({ shipped: tasks.shipped, catalogue })],
      ]),
    ),
  );
  app.useGlobalFilters(
    new ProblemFilter({ log, publicUrl, onRefusal: tally.refused, refuseUnmatched: routes.refuseUnmatched }),
  );
  return routes;
};

/** The whole of the api over its ports, not listening yet. */
export const createApi = async (ports: ApiPorts, queues: Producers['queues']): Promise<Api> => {
  const { sandbox, http } = ports.settings;
  const streams = createStreamRegister();
  const { adapter, router } = createAdapter();
  const imports = [DiscoveryModule, ApiModule.of(ports, createJobsPorts(ports, streams))];
  const app = await NestFactory.create({ module: class Root {}, imports }, adapter, {
    bodyParser: false,
    logger: ['error'],
    abortOnError: false,
  });
  const routes = guardRoutes(app, ports);
  if (http.corsOrigins.length > 0) app.enableCors({ origin: [...http.corsOrigins] });
  serveBoard(router, ports, queues);
  if (http.docs) serveDocs(app, sandbox, http.publicUrl);
  await app.init();
  return { server: createHttpServer(createEdge(ports, router), http.publicUrl), streams, routes };
};
