import { randomBytes } from 'node:crypto';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFamily } from './family.mjs';
import { temporaryPrefix } from './leftovers.mjs';
import { createPorts } from './ports.mjs';
import { base32 } from './secrets.mjs';
import { providePostgres, provideRedis } from './servers.mjs';

/** Survives a crash of the server; only a power cut could lose something, and then the folder is gone anyway. */
const withoutFsync = { fsync: 'off', full_page_writes: 'off' };

/**
 * A folder, and servers over it on free ports, that exist for one command only. A developer's own DATABASE_URL and
 * REDIS_URL are never looked at: what runs against these servers drops databases.
 */
export const openThrowaway = (house, purpose) => {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), `${temporaryPrefix}${purpose}-`));
  house.defer(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  const family = house.adopt(createFamily(join(folder, 'pids.json'), { temporary: [folder] }));
  const choosePort = createPorts();
  const own = async (name) => ({
    folder: join(folder, name),
    port: await choosePort(name),
    logFile: join(folder, `${name}.log`),
  });
  return {
    folder,
    attach: family.attach.bind(family),
    postgres: async ({ durable = false, given } = {}) =>
      providePostgres(family, {
        variable: 'TEST_DATABASE_URL',
        given,
        database: 'postgres',
        password: base32(randomBytes(10)),
        ...(given ? {} : await own('postgres')),
        extra: durable ? {} : withoutFsync,
      }),
    redis: async ({ given } = {}) =>
      provideRedis(family, { variable: 'TEST_REDIS_URL', given, ...(given ? {} : await own('redis')) }),
  };
};

/** Without what would lead away from the throw-away servers, or to a provider that wants money. */
export const cleanEnvironment = () => {
  const foreign = /^(DATABASE_URL|REDIS_URL|CACHE_REDIS_URL|SANDBOX_URL|PORT|METRICS_PORT)$|_(API_KEY|BASE_URL)$/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
};
