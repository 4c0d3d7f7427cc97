import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { connectOrCreate } from './databases.mjs';
import { readText, writeFile } from './hash.mjs';
import { inRoot } from './paths.mjs';
import { Fault } from './say.mjs';
import { withEngine } from './schema-engine.mjs';

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
  lockfile: {
    path: 'migration_lock.toml',
    content: readText(join(migrationsDir, 'migration_lock.toml')) ?? lockContent,
  },
  shadowDbInitScript: '',
  migrationDirectories: migrationNames().map(readMigration),
});

const schemaFiles = () => ({ files: [{ path: schemaFile, content: readFileSync(schemaFile, 'utf8') }] });

const FAILED_BEFORE = 'found failed migrations';

const withRemedy = (error) => {
  if (!error.message.includes(FAILED_BEFORE)) throw error;
  const name = /`([^`]+)` migration started/.exec(error.message)?.[1] ?? 'NAME';
  throw new Fault(`The migration ${name} failed before: correct it, then \`npm run migrate -- --retry ${name}\`.`);
};

/** Applies what is missing and returns its names. Several may run at once: one works, the others wait and find nothing. */
export const migrate = async (url) => {
  const guard = await connectOrCreate(url);
  try {
    await guard.query('SELECT pg_advisory_lock($1)', [ADVISORY_LOCK]);
    return await withEngine(url, undefined, async (engine) => {
      const { appliedMigrationNames } = await engine.applyMigrations({ migrationsList: migrationsList(), filters });
      return appliedMigrationNames;
    }).catch(withRemedy);
  } finally {
    // Ends the session and with it the lock.
    await guard.end();
  }
};

/** Forgets that a migration failed. A script is one transaction, so nothing of it is left in the database. */
export const forgetFailure = (url, migrationName) =>
  withEngine(url, undefined, (engine) => engine.markMigrationRolledBack({ migrationName }));

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

const timestamp = () => new Date().toISOString().replace(/[-:T]/g, '').slice(0, 14);

export const writeMigration = (name, sql) => {
  const slug = name.toLowerCase().replace(/[^a-z0-9]+/g, '_');
  const file = join(migrationsDir, `${timestamp()}_${slug}`, 'migration.sql');
  writeFile(file, sql.endsWith('\n') ? sql : `${sql}\n`);
  const lock = join(migrationsDir, 'migration_lock.toml');
  if (!existsSync(lock)) writeFile(lock, lockContent);
  return file;
};
