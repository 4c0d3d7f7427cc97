import { createServer, type Server } from 'node:http';
import type { Registry } from 'prom-client';
import type { Health } from './health';

interface OpsServerOptions {
  readonly port: number;
  readonly host: string;
  readonly health: Health;
  readonly registry: Registry;
  readonly stopping: () => boolean;
}

/** /metrics, /healthz and /readyz of a process, on a port that is never published. */
export const startOpsServer = async (options: OpsServerOptions): Promise<Server> => {
  const { health, registry } = options;
  const answer = async (url: string | undefined): Promise<[number, string, string]> => {
    if (url === '/metrics') return [200, registry.contentType, await registry.metrics()];
    if (url !== '/healthz' && url !== '/readyz') return [404, 'text/plain', 'not found\n'];
    const report = url === '/healthz' ? await health.live() : await health.ready();
    const ok = report.ok && !(url === '/readyz' && options.stopping());
    return [ok ? 200 : 503, 'application/json', JSON.stringify({ ...report, ok })];
  };
  const server = createServer((request, response) => {
    answer(request.url).then(
      ([status, type, body]) => response.writeHead(status, { 'content-type': type }).end(body),
      (error: Error) => response.writeHead(500).end(`${error.message}\n`),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  return server;
};
