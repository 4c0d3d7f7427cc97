import { Fault } from './say.mjs';

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

/** A connection to the database that `url` names, which is made when it is missing. */
export const connectOrCreate = async (url) => {
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
