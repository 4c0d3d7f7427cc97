import { startPostgres, withDatabase } from './postgres.mjs';
import { whyUnreachable } from './ports.mjs';
import { startRedis } from './redis.mjs';
import { Fault, say, timed } from './say.mjs';

const parseUrl = (name, value, protocols) => {
  try {
    const url = new URL(value);
    if (protocols.includes(url.protocol)) return url;
  } catch {
    // Said below.
  }
  throw new Fault(`${name} is not a ${protocols[0]}// address.`);
};

const checkGiven = async (name, value, protocols, defaultPort) => {
  const url = parseUrl(name, value, protocols);
  const why = await whyUnreachable(url.hostname, url.port || defaultPort);
  if (why) throw new Fault(`Nothing answers at ${name} (${url.host}: ${why}): start it, or unset ${name} to get one.`);
  say(`${name} is given: ${url.host}`);
  return value;
};

const checkDatabaseUrl = (name, value) => checkGiven(name, value, ['postgresql:', 'postgres:'], 5432);
const checkRedisUrl = (name, value) => checkGiven(name, value, ['redis:', 'rediss:'], 6379);

/** The Postgres that a variable names, else one of our own. `url` is that of `database` there, or of the given one. */
export const providePostgres = async (family, { variable, given, database, ...own }) => {
  if (given) return { url: await checkDatabaseUrl(variable, given) };
  const { url, server } = await timed(`Postgres on port ${own.port}`, () => startPostgres(family, own));
  return { url: withDatabase(url, database), server };
};

export const provideRedis = async (family, { variable, given, ...own }) => {
  if (given) return { url: await checkRedisUrl(variable, given) };
  return timed(`Redis on port ${own.port}`, () => startRedis(family, own));
};

/** Rejects when a server of ours ends by itself. */
export const whenEnded = async (name, { server } = {}) => {
  if (!server) return new Promise(() => {});
  const { code, signal } = await server.ended;
  throw new Fault(`${name} ended by itself (${signal ?? `exit ${code}`}).`);
};
