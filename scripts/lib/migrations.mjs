import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { readText, writeFile } from './hash.mjs';
import { inRoot } from './paths.mjs';
import { Fault } from './say.mjs';

const migrationsDir = inRoot('prisma', 'migrations');
const schemaFile = inRoot('prisma', 'schema.prisma');
const lockContent = `# Read by Prisma's schema engine: these migrations are for this database only.\nprovider = "postgresql"\n`;
const filters = { externalTables: [], externalEnums: [] };
// Any number, the same in every copy of this program.
const ADVISORY_LOCK = 7_946_669;

const readMigration = (name) => ({
  path: name,
  migrationFile: {
    path: 'migration.sql',
    content: { tag: 'ok', value: readFileSync(join(migrationsDir, name, 'migration.sql'), 'utf8') },
  },
});

const migrationNames = () =>
  existsSync(migrationsDir)
    ? readdirSync(migrationsDir, { withFileTypes: true })
        .filter((entry) => entry.isDirectory() && existsSync(join(migrationsDir, entry.name, 'migration.sql')))
        .map((entry) => entry.name)
        .sort()
    : [];

const migrationsList = () => ({
  baseDir: migrationsDir,
  lockfile: { path: 'migration_lock.toml', content: readText(join(migrationsDir, 'migration_lock.toml')) ?? lockContent },
  shadowDbInitScript: '',
  migrationDirectories: migrationNames().map(readMigration),
});

const schemaFiles = () => ({ files: [{ path: schemaFile, content: readFileSync(schemaFile, 'utf8') }] });

/**
 * Prisma's own schema engine, as WASM over the pg adapter: the native engine would have to be downloaded at run time,
 * and Prisma's command line stays out of the images.
 */
const loadEngineClass = async () => {
  const require = createRequire(inRoot('package.json'));
  const glue = require.resolve('@prisma/schema-engine-wasm/schema_engine_bg');
  const engine = await import(pathToFileURL(glue));
  const bytes = readFileSync(join(dirname(glue), 'schema_engine_bg.wasm'));
  const { instance } = await WebAssembly.instantiate(bytes, { './schema_engine_bg.js': engine });
  engine.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  return engine.SchemaEngine;
};

const engineFault = (error) => {
  const message = error?.message ?? String(error);
  return new Fault(`Migration failed: ${message.trim().split('\n').slice(0, 12).join('\n')}`);
};

const withEngine = async (url, datamodels, work) => {
  const [SchemaEngine, { PrismaPg }, { bindMigrationAwareSqlAdapterFactory }] = await Promise.all([
    loadEngineClass(),
    import('@prisma/adapter-pg'),
    import('@prisma/driver-adapter-utils'),
  ]);
  const schema = new URL(url).searchParams.get('schema') ?? undefined;
  const bound = bindMigrationAwareSqlAdapterFactory(new PrismaPg({ connectionString: url, max: 2 }, { schema }));
  const engine = await SchemaEngine.new({ datamodels }, () => {}, bound);
  try {
    return await work(engine);
  } catch (error) {
    throw engineFault(error);
  } finally {
    engine.free();
  }
};

const databaseOf = (url) => decodeURIComponent(new URL(url).pathname.slice(1)) || 'postgres';

const connected = async (url) => {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on('error', () => {});
  await client.connect();
  return client;
};

const NO_SUCH_DATABASE = '3D000';
const MADE_MEANWHILE = new Set(['42P04', '23505']);

const onMaintenance = async (url, statement, name) => {
  const maintenance = new URL(url);
  maintenance.pathname = '/postgres';
  const client = await connected(maintenance.href);
  try {
    await client.query(statement(client.escapeIdentifier(name)));
  } finally {
    await client.end();
  }
};

export const createDatabase = (url, name) =>
  onMaintenance(url, (quoted) => `CREATE DATABASE ${quoted}`, name).catch((error) => {
    if (!MADE_MEANWHILE.has(error.code)) throw error;
  });

export const dropDatabase = (url, name) =>
  onMaintenance(url, (quoted) => `DROP DATABASE IF EXISTS ${quoted} WITH (FORCE)`, name);

const connectOrCreate = async (url) => {
  try {
    return await connected(url);
  } catch (error) {
    if (error.code !== NO_SUCH_DATABASE) {
      const { host } = new URL(url);
      throw new Fault(`Postgres at ${host} cannot be used: ${error.message || error.code}. Check DATABASE_URL.`);
    }
    await createDatabase(url, databaseOf(url));
    return connected(url);
  }
};

/** Applies what is missing and returns its names. Several may run at once: one works, the others wait and find nothing. */
export const migrate = async (url) => {
  const guard = await connectOrCreate(url);
  try {
    await guard.query('SELECT pg_advisory_lock($1)', [ADVISORY_LOCK]);
    return await withEngine(url, undefined, async (engine) => {
      const { appliedMigrationNames } = await engine.applyMigrations({ migrationsList: migrationsList(), filters });
      return appliedMigrationNames;
    });
  } finally {
    // Ends the session and with it the lock.
    await guard.end();
  }
};

/** The SQL that leads from the migrations to prisma/schema.prisma, or null when they agree. `serverUrl` lends a shadow database. */
export const diffToSchema = (serverUrl) => {
  if (!existsSync(schemaFile)) throw new Fault('There is no prisma/schema.prisma.');
  const { files } = schemaFiles();
  const datamodels = files.map(({ path, content }) => [path, content]);
  return withEngine(serverUrl, datamodels, async (engine) => {
    const { exitCode, stdout } = await engine.diff({
      from: { tag: 'migrations', ...migrationsList() },
      to: { tag: 'schemaDatamodel', files },
      script: true,
      exitCode: true,
      shadowDatabaseUrl: null,
      filters,
    });
    return exitCode === 0 ? null : stdout;
  });
};

const timestamp = () =>
  new Date()
    .toISOString()
    .replace(/[-:T]/g, '')
    .slice(0, 14);

export const writeMigration = (name, sql) => {
  const slug = name.toLowerCase().replace(/[^a-z0-9]+/g, '_');
  const file = join(migrationsDir, `${timestamp()}_${slug}`, 'migration.sql');
  writeFile(file, sql.endsWith('\n') ? sql : `${sql}\n`);
  const lock = join(migrationsDir, 'migration_lock.toml');
  if (!existsSync(lock)) writeFile(lock, lockContent);
  return file;
};
