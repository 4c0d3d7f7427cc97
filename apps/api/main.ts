import 'reflect-metadata';
import { boot, connect, disconnect, every, type Kit } from '@winnow/platform';
import { createProducers } from '@winnow/queue';
import { evictionFault } from '@winnow/storage';
import { connectPorts } from './connect-ports';
import { connectRunNow } from './connect-run-now';
import { createApi } from './create-api';
import { closeServer, listen } from './http/server';
import { tokens } from './jobs/jobs-ports';

const catalogueEveryMs = 15_000;
const openRequestsMs = 5_000;

const runApi = async (kit: Kit): Promise<void> => {
  const { config, log, health, lifecycle } = kit;
  const connections = await connect(kit, false);
  // Redis may be away, jobs are taken all the same; but a Redis that drops what it was told makes every queue a lie.
  health.addReadiness('queue policy', () => evictionFault(connections.redis.commands).catch(() => null));
  const connected = await connectPorts(kit, connections);
  const producers = createProducers(config.redisUrl, config.queuePrefix, (error) => log.debug({ err: error }, 'queue'));
  const prices = every('prices', catalogueEveryMs, log, connected.catalogue.refresh);
  await tokens();
  let closeDoors = (): Promise<void> | void => undefined;
  lifecycle.onStop('requests', openRequestsMs + 1_000, () => closeDoors());
  const runNow = await connectRunNow(kit, { ...connections, ...connected });
  const { server, streams } = await createApi({ ...connected, runNow }, producers.queues);
  closeDoors = () => {
    streams.closeAll();
    return closeServer(server, openRequestsMs);
  };
  await listen(server, config.http.port, config.http.host);
  log.info({ port: config.http.port, host: config.http.host }, 'listens');
  lifecycle.onStop('loops', 3_000, prices.stop);
  lifecycle.onStop('queues', 3_000, producers.close);
  lifecycle.onStop('connections', 3_000, () => disconnect(connections));
};

void boot('api', runApi);
