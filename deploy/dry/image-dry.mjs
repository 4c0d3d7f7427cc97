import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { INTERRUPTED, withClosing } from '../../scripts/lib/closing.mjs';
import { dropDatabase } from '../../scripts/lib/databases.mjs';
import { createFamily } from '../../scripts/lib/family.mjs';
import { createPorts } from '../../scripts/lib/ports.mjs';
import { withDatabase } from '../../scripts/lib/postgres.mjs';
import { base32, createKey } from '../../scripts/lib/secrets.mjs';
import { onOut, timed } from '../../scripts/lib/say.mjs';
import { openThrowaway } from '../../scripts/lib/throwaway.mjs';
import { copyContext } from './context.mjs';
import { createProcesses } from './processes.mjs';
import { readServices } from './services.mjs';
import { sizesOf } from './sizes.mjs';
import { performStages } from './stages.mjs';

const made = () => ({
  POSTGRES_PASSWORD: base32(randomBytes(20)),
  WINNOW_SECRET: randomBytes(32).toString('base64'),
  OPERATOR_PASSWORD: base32(randomBytes(12)),
  WINNOW_INIT_KEY: createKey(),
});

/** Where the containers' own network and names would lead; all else stays as Compose has it. */
const onThisMachine = async (services, databaseUrl, redisUrl) => {
  const choosePort = createPorts();
  const sandboxPort = String(await choosePort('sandbox'));
  const prefix = `image-${randomBytes(4).toString('hex')}`;
  const place = async (service) => {
    const metricsPort = String(await choosePort(service.name));
    const env = {
      ...service.env,
      DATABASE_URL: databaseUrl,
      REDIS_URL: redisUrl,
      SANDBOX_URL: `http://127.0.0.1:${sandboxPort}`,
      WINNOW_QUEUE_PREFIX: prefix,
      HOST: '127.0.0.1',
      METRICS_HOST: '127.0.0.1',
      SANDBOX_HOST: '127.0.0.1',
      METRICS_PORT: metricsPort,
      SANDBOX_PORT: sandboxPort,
      PORT: String(await choosePort(`${service.name} door`)),
    };
    const isSandbox = service.name === 'sandbox';
    const health = isSandbox ? [service.health[0], sandboxPort] : service.health;
    return { ...service, env, health, readyUrl: `http://127.0.0.1:${isSandbox ? sandboxPort : metricsPort}/readyz` };
  };
  const placed = [];
  for (const service of services) placed.push(await place(service));
  return placed;
};

const startAll = async (image, services, house, folder) => {
  const family = house.adopt(createFamily(join(folder, 'apps.json')));
  const processes = createProcesses(image, family, folder);
  const migrate = services.find(({ name }) => name === 'migrate');
  await timed('migrate ended well', () => processes.toTheEnd(migrate));
  const launched = services.filter((service) => service !== migrate).map(processes.launch);
  const reports = await timed('every app is ready, and well by its health check', () =>
    Promise.all(launched.map(processes.untilReady)),
  );
  await timed('every app stopped by itself', () => Promise.all(launched.map(processes.stop)));
  return reports;
};

const print = (sizes, reports) => {
  const sum = sizes.reduce((total, [, megabytes]) => total + megabytes, 0);
  const rows = [
    ...sizes.map(([name, megabytes]) => [name, `${megabytes.toFixed(1)} MB`]),
    ['together', `${sum.toFixed(1)} MB, above the system of the image`],
    ...reports.map(({ name, readyMs, residentMb }) => [
      name,
      `ready after ${(readyMs / 1000).toFixed(1)} s${residentMb ? `, ${residentMb} MB in memory` : ''}`,
    ]),
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  for (const [name, text] of rows) process.stdout.write(`${onOut('1', name.padEnd(width))}  ${text}\n`);
};

const run = async (house) => {
  const place = openThrowaway(house, 'image');
  // The user of the image has to reach what lies in it.
  chmodSync(place.folder, 0o711);
  const context = join(place.folder, 'context');
  const stages = join(place.folder, 'stages');
  for (const folder of [context, stages]) mkdirSync(folder);
  await timed('context copied through .dockerignore', () => copyContext(context));
  const image = await performStages(stages, context);
  const sizes = await sizesOf(image);

  const postgres = await place.postgres({ given: process.env.TEST_DATABASE_URL });
  const redis = await place.redis({ given: process.env.TEST_REDIS_URL });
  const database = `winnow_image_${randomBytes(4).toString('hex')}`;
  const services = await onThisMachine(readServices(made()), withDatabase(postgres.url, database), redis.url);
  try {
    print(sizes, await startAll(image, services, house, place.folder));
  } finally {
    await dropDatabase(postgres.url, database).catch(() => {});
  }
  return 0;
};

/** What an image would be and do, where there is no Docker to build it with. */
export const imageDry = async () => {
  const outcome = await withClosing(run);
  return outcome === INTERRUPTED ? 130 : outcome;
};
