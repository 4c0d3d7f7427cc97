import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { INTERRUPTED, withClosing } from './closing.mjs';
import { createDatabase } from './databases.mjs';
import { ensureGenerated } from './generate.mjs';
import { migrate } from './migrations.mjs';
import { inRoot } from './paths.mjs';
import { withDatabase } from './postgres.mjs';
import { Fault } from './say.mjs';
import { cleanEnvironment, openThrowaway } from './throwaway.mjs';

const TEMPLATE = 'winnow_template';

/** Benches of what only thinks: they need no database, and are not kept waiting for one. */
const withoutServers = new Set(['router']);

/** Each bench is one file right in bench/; what they share lies in folders below it. */
const benchNames = () =>
  existsSync(inRoot('bench'))
    ? readdirSync(inRoot('bench'))
        .filter((file) => file.endsWith('.ts') && !/\.(test|d)\.ts$/.test(file))
        .map((file) => file.slice(0, -3))
        .sort()
    : [];

const start = (place, name, args, env) => {
  const entry = inRoot('dist', 'bench', `${name}.js`);
  return place.attach(name, process.execPath, ['--enable-source-maps', entry, ...args], {
    cwd: inRoot(),
    env: { ...cleanEnvironment(), NODE_ENV: 'production', ...env },
  });
};

const run = async (house, name, args) => {
  const place = openThrowaway(house, 'bench');
  const building = ensureGenerated().then(ensureBuilt);
  building.catch(() => {});
  if (withoutServers.has(name)) return building.then(() => start(place, name, args, {}));
  // Durable, unlike in tests: a figure must contain the price of a commit.
  const postgres = await place.postgres({ durable: true });
  const redis = await place.redis();
  const databaseUrl = withDatabase(postgres.url, 'winnow');
  await migrate(databaseUrl);
  await createDatabase(postgres.url, TEMPLATE);
  await migrate(withDatabase(postgres.url, TEMPLATE));
  await building;
  return start(place, name, args, {
    DATABASE_URL: databaseUrl,
    REDIS_URL: redis.url,
    TEST_DATABASE_URL: postgres.url,
    TEST_TEMPLATE: TEMPLATE,
    TEST_REDIS_URL: redis.url,
    WINNOW_DATA_DIR: join(place.folder, 'data'),
  });
};

export const bench = async ([name, ...args]) => {
  const names = benchNames();
  if (!names.includes(name)) {
    const known = names.length > 0 ? names.join(', ') : 'none yet';
    throw new Fault(
      `${name ? `There is no bench "${name}"` : 'Name a bench'}: npm run -s bench -- NAME [--json]. Known: ${known}`,
      2,
    );
  }
  const outcome = await withClosing((house) => run(house, name, args));
  return outcome === INTERRUPTED ? 130 : outcome;
};
