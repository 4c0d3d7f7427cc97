import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createDatabase, dropDatabase } from './databases.mjs';
import { inRoot } from './paths.mjs';
import { withDatabase } from './postgres.mjs';
import { Fault } from './say.mjs';

const panic = {
  message: '',
  set_message(text) {
    panic.message = text;
  },
};

/**
 * Prisma's own schema engine, as WASM over the pg adapter: the native engine would have to be downloaded at run time,
 * and Prisma's command line stays out of the images.
 */
const instantiate = async () => {
  // The engine tells the message of a panic here; what it throws then says only "unreachable".
  globalThis.PRISMA_WASM_PANIC_REGISTRY = panic;
  const require = createRequire(inRoot('package.json'));
  const glue = require.resolve('@prisma/schema-engine-wasm/schema_engine_bg');
  const engine = await import(pathToFileURL(glue));
  const bytes = readFileSync(join(dirname(glue), 'schema_engine_bg.wasm'));
  const { instance } = await WebAssembly.instantiate(bytes, { './schema_engine_bg.js': engine });
  engine.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  return engine.SchemaEngine;
};

let loaded;
/** Once: the glue code knows one instance only, and calls of an earlier one would end in the wrong memory. */
const loadEngineClass = () => (loaded ??= instantiate());

const CHAR = 18;
const TEXT = 25;

/**
 * The adapter does not know Postgres' internal type "char", in which the catalogue tells the kind of a constraint, and
 * the engine does not take it for a text: let the adapter read a text, then call the column what it is.
 */
const teachChar = (adapter, pool, character) => {
  const charColumns = new WeakMap();
  const query = pool.query.bind(pool);
  pool.query = async (...args) => {
    const result = await query(...args);
    const fields = (result.fields ?? []).filter((field) => field.dataTypeID === CHAR);
    if (fields.length > 0) charColumns.set(result.rows, new Set(fields.map((field) => result.fields.indexOf(field))));
    for (const field of fields) field.dataTypeID = TEXT;
    return result;
  };
  const queryRaw = adapter.queryRaw.bind(adapter);
  adapter.queryRaw = async (...args) => {
    const result = await queryRaw(...args);
    for (const at of charColumns.get(result.rows) ?? []) result.columnTypes[at] = character;
    return result;
  };
};

/**
 * The adapter cuts a script at every semicolon, also within functions and strings, and sends the pieces one by one. As
 * one simple query it is what the native engine sends: the server reads it, and all of it holds or nothing.
 */
const runScriptsWhole = (adapter, pool) => {
  adapter.executeScript = async (script) => {
    try {
      await pool.query(script);
    } catch (error) {
      adapter.onError(error);
    }
  };
};

const connectTo = async (url, release) => {
  const [{ PrismaPg }, { ColumnTypeEnum }] = await Promise.all([
    import('@prisma/adapter-pg'),
    import('@prisma/driver-adapter-utils'),
  ]);
  const schema = new URL(url).searchParams.get('schema') ?? undefined;
  // One connection, so that what a migration sets for its session holds for all of it.
  const adapter = await new PrismaPg({ connectionString: url, max: 1 }, { schema, onPoolError: () => {} }).connect();
  const pool = adapter.underlyingDriver();
  teachChar(adapter, pool, ColumnTypeEnum.Character);
  runScriptsWhole(adapter, pool);
  let disposed;
  adapter.dispose = () => (disposed ??= pool.end().then(release));
  return adapter;
};

/** The adapter's own shadow database ignores its name when it was given an url, and would use the real one. */
const connectToShadow = async (url) => {
  const name = `winnow_shadow_${randomUUID().slice(0, 8)}`;
  await createDatabase(url, name);
  return connectTo(withDatabase(url, name), () => dropDatabase(url, name));
};

const createFactory = (url) => {
  const opened = [];
  const track = async (connecting) => {
    const adapter = await connecting;
    opened.push(adapter);
    return adapter;
  };
  return {
    factory: {
      provider: 'postgres',
      adapterName: '@prisma/adapter-pg',
      connect: () => track(connectTo(url)),
      connectToShadowDb: () => track(connectToShadow(url)),
    },
    // The engine leaves connections open, and a database with connections cannot serve as a template.
    close: () => Promise.all(opened.map((adapter) => adapter.dispose())),
  };
};

const TRACE_OF_ENGINE = /^\s+(\d+: |with |at )/;

const explain = (error) => {
  if (error instanceof Fault) return error;
  const lines = (panic.message || error?.message || String(error)).trim().split('\n');
  const said = lines.filter((line) => !TRACE_OF_ENGINE.test(line)).slice(0, 12);
  const at = lines.find((line) => line.includes('migration_name='))?.trim();
  return new Fault(`Migration failed: ${[...said, ...(at ? [at] : [])].join('\n')}`);
};

/** A panic surfaces outside of every promise, and the call that caused it never returns. */
const untilPanic = () => {
  let listen;
  const panicked = new Promise((_, reject) => process.once('uncaughtException', (listen = reject)));
  panicked.catch(() => {});
  return { panicked, release: () => process.removeListener('uncaughtException', listen) };
};

export const withEngine = async (url, datamodels, work) => {
  const SchemaEngine = await loadEngineClass();
  const { bindMigrationAwareSqlAdapterFactory } = await import('@prisma/driver-adapter-utils');
  const { factory, close } = createFactory(url);
  const { panicked, release } = untilPanic();
  try {
    const engine = await SchemaEngine.new({ datamodels }, () => {}, bindMigrationAwareSqlAdapterFactory(factory));
    return await Promise.race([work(engine), panicked]);
  } catch (error) {
    throw explain(error);
  } finally {
    release();
    await close();
  }
};
