import { apps, planInstances } from './apps.mjs';
import { ensureBuilt } from './build.mjs';
import { withClosing } from './closing.mjs';
import { createFamily } from './family.mjs';
import { ensureGenerated } from './generate.mjs';
import { runningSupervisor, stopLeftovers } from './leftovers.mjs';
import { migrate } from './migrations.mjs';
import { dataDir, ensureDir, inData } from './paths.mjs';
import { isFree, parsePort, rememberedPorts } from './ports.mjs';
import { checkEntries, createApps } from './run-apps.mjs';
import { Fault, say, timed } from './say.mjs';
import { ensureSecrets } from './secrets.mjs';
import { providePostgres, provideRedis, whenEnded } from './servers.mjs';
import { configuredProviders, welcome, writeDevEnv } from './welcome.mjs';

const pidsFile = inData('pids.json');
const TENANT = 'dev';

const refuseSecondStart = () => {
  const other = runningSupervisor(pidsFile);
  if (other) throw new Fault(`Winnow already runs from this folder (pid ${other.supervisor.pid}): ${other.url}`);
};

const requirePort = async (port) => {
  if (await isFree(port)) return;
  throw new Fault(`Port ${port} is taken by another program: choose another one, \`PORT=${port + 1} npm start\`.`);
};

const provideServers = async (family, secrets, choosePort) => {
  const env = process.env;
  const own = async (name, preferred) => ({
    folder: inData(name),
    port: await choosePort(name, preferred),
    logFile: inData('logs', `${name}.log`),
  });
  const postgres = await providePostgres(family, {
    variable: 'DATABASE_URL',
    given: env.DATABASE_URL,
    database: 'winnow',
    password: secrets.POSTGRES_PASSWORD,
    ...(env.DATABASE_URL ? {} : await own('postgres', 15_432)),
  });
  const redis = await provideRedis(family, {
    variable: 'REDIS_URL',
    given: env.REDIS_URL,
    ...(env.REDIS_URL ? {} : await own('redis', 16_379)),
  });
  return { postgres, redis };
};

const applyMigrations = async (url) => {
  const applied = await timed('database is up to date', () => migrate(url));
  if (applied.length > 0) say(`migrations applied: ${applied.join(', ')}`);
};

const sharedEnvironment = async (port, secrets, { postgres, redis }, choosePort) => {
  const env = process.env;
  const sandboxPort = env.SANDBOX_PORT
    ? parsePort('SANDBOX_PORT', env.SANDBOX_PORT)
    : await choosePort('sandbox', 4_010);
  return {
    ...env,
    NODE_ENV: env.NODE_ENV || 'development',
    WINNOW_DATA_DIR: dataDir,
    WINNOW_SECRET: env.WINNOW_SECRET || secrets.WINNOW_SECRET,
    OPERATOR_PASSWORD: env.OPERATOR_PASSWORD || secrets.OPERATOR_PASSWORD,
    WINNOW_INIT_TENANT: env.WINNOW_INIT_TENANT || TENANT,
    WINNOW_INIT_KEY: env.WINNOW_INIT_KEY || secrets.WINNOW_INIT_KEY,
    DATABASE_URL: postgres.url,
    REDIS_URL: redis.url,
    SANDBOX_PORT: String(sandboxPort),
    SANDBOX_URL: env.SANDBOX_URL || `http://127.0.0.1:${sandboxPort}`,
    PORT: String(port),
  };
};

const announce = (shared, url, hasSandbox) => {
  const { WINNOW_INIT_KEY: key, OPERATOR_PASSWORD, SANDBOX_URL, DATABASE_URL, REDIS_URL } = shared;
  writeDevEnv({ WINNOW_URL: url, WINNOW_API_KEY: key, DATABASE_URL, REDIS_URL, OPERATOR_PASSWORD, SANDBOX_URL });
  const providers = configuredProviders(shared);
  welcome({ url, key, operatorPassword: OPERATOR_PASSWORD, sandboxUrl: hasSandbox && SANDBOX_URL, providers });
};

const run = async (house, { port, instances }) => {
  const url = `http://localhost:${port}`;
  ensureDir(dataDir);
  const cleared = await stopLeftovers(pidsFile);
  if (cleared > 0) say(`ended ${cleared} process(es) that an earlier run left behind`);
  await requirePort(port);

  const family = house.adopt(createFamily(pidsFile, { url, announce: true }));
  const secrets = ensureSecrets();
  const choosePort = rememberedPorts();

  await ensureGenerated();
  await ensureBuilt();
  checkEntries(instances);
  const servers = await provideServers(family, secrets, choosePort);
  await applyMigrations(servers.postgres.url);

  const shared = await sharedEnvironment(port, secrets, servers, choosePort);
  const running = createApps(family, instances, async (app, label) => ({
    ...shared,
    METRICS_PORT: String(await choosePort(`${label} metrics`, 9_464)),
  }));
  house.defer(() => running.stop());
  const failed = Promise.race([
    running.failed,
    whenEnded('Postgres', servers.postgres),
    whenEnded('Redis', servers.redis),
  ]);
  failed.catch(() => {});
  await timed(`${instances.length} apps are ready`, () => Promise.race([running.start(), failed]));
  announce(
    shared,
    url,
    instances.some(({ app }) => app === apps[0]),
  );
  await failed;
};

export const start = async () => {
  refuseSecondStart();
  const plan = { port: parsePort('PORT', process.env.PORT, 3_000), instances: planInstances(process.env.WINNOW_SCALE) };
  await withClosing((house) => run(house, plan));
  return 0;
};
