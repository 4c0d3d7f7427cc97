import type { Server } from 'node:http';
import { DiscoveryModule, DiscoveryService, NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { jobIn } from '@winnow/contracts';
import type { Producers } from '@winnow/queue';
import express, { type Express } from 'express';
import { ApiModule } from './api.module';
import { createAuthenticate } from './auth/authenticate';
import { DoorGuard } from './auth/door.guard';
import { createFailureCount } from './auth/failure-count';
import { createKeyCache } from './auth/key-cache';
import { serveDocs } from './docs/serve-docs';
import { createEdge } from './http/edge';
import { ProblemFilter } from './http/problem.filter';
import { parseQuery } from './http/query-string';
import { readRoutes, type RouteTable } from './http/route-table';
import { SchemaPipe } from './http/schema.pipe';
import { createHttpServer } from './http/server';
import { createJobsPorts } from './jobs/jobs-ports';
import { furtherJobFaults } from './jobs/read-ask';
import { createStreamRegister, type StreamRegister } from './jobs/stream-register';
import { createBoard } from './operator/board';
import { createGate } from './operator/gate';
import { createSessions } from './operator/session';
import type { ApiPorts } from './ports';

export interface Api {
  readonly server: Server;
  readonly streams: StreamRegister;
  readonly routes: RouteTable;
}

const failuresAMinute = 10;

const createRouter = (): Express => {
  const router = express();
  router.disable('x-powered-by').disable('etag');
  router.set('query parser', parseQuery);
  return router;
};

const serveBoard = (router: Express, { settings }: ApiPorts, queues: Producers['queues']): void => {
  const gate = createGate({
    sessions: createSessions(settings.secret, settings.operatorPassword),
    failures: createFailureCount(failuresAMinute),
    secure: settings.http.publicUrl?.startsWith('https:') ?? false,
  });
  router.use('/queues', gate, ...createBoard(queues, settings.sandbox));
};

/** The whole of the api over its ports, not listening yet. */
export const createApi = async (ports: ApiPorts, queues: Producers['queues']): Promise<Api> => {
  const { settings, log, tally } = ports;
  const { publicUrl, docs, corsOrigins } = settings.http;
  const streams = createStreamRegister();
  const router = createRouter();
  const root = {
    module: class Root {},
    imports: [DiscoveryModule, ApiModule.of(ports, createJobsPorts(ports, streams))],
  };
  const app = await NestFactory.create(root, new ExpressAdapter(router), {
    bodyParser: false,
    logger: ['error'],
    abortOnError: false,
  });
  const controllers = app.get(DiscoveryService).getControllers();
  const routes = readRoutes(
    controllers.flatMap(({ metatype }) => (typeof metatype === 'function' ? [metatype as never] : [])),
  );
  const authenticate = createAuthenticate({
    keys: createKeyCache(ports.keys),
    failures: createFailureCount(failuresAMinute),
    now: ports.now,
  });
  app.useGlobalGuards(new DoorGuard(routes, { authenticate, limiter: ports.limiter, touch: ports.keys.touch }));
  app.useGlobalPipes(new SchemaPipe(new Map([[jobIn, furtherJobFaults(ports.tasks)]])));
  app.useGlobalFilters(
    new ProblemFilter({ log, publicUrl, onRefusal: tally.refused, refuseUnmatched: routes.refuseUnmatched }),
  );
  if (corsOrigins.length > 0) app.enableCors({ origin: [...corsOrigins] });
  serveBoard(router, ports, queues);
  if (docs) serveDocs(app, settings.sandbox, publicUrl);
  await app.init();
  return { server: createHttpServer(createEdge(ports, router), publicUrl), streams, routes };
};
