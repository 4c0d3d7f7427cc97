import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { filesUnder } from './hash.mjs';
import { withLock } from './lock.mjs';
import { ensureDir, inRoot } from './paths.mjs';
import { capture } from './run.mjs';
import { timed } from './say.mjs';

const tools = inRoot('.data', 'tools', 'redis');

/** Points apt at lists and a cache of our own: nothing of the system changes, no daemon starts, no root is needed. */
const privateApt = (folder) =>
  Object.entries({
    'Dir::State::lists': join(folder, 'lists'),
    'Dir::Cache': join(folder, 'cache'),
    'Dir::Cache::archives': join(folder, 'archives'),
    'Debug::NoLocking': '1',
    'APT::Sandbox::User': 'root',
    'Acquire::Retries': '1',
    'Acquire::http::Timeout': '15',
    'Acquire::https::Timeout': '15',
  }).flatMap(([name, value]) => ['-o', `${name}=${value}`]);

const download = async (folder) => {
  const options = privateApt(folder);
  ensureDir(join(folder, 'cache'));
  ensureDir(join(folder, 'lists', 'partial'));
  ensureDir(join(folder, 'archives', 'partial'));
  await capture('apt-get', [...options, '--quiet', 'update'], { timeoutMs: 120_000 });
  for (const name of ['redis-server', 'valkey-server']) {
    // --download-only fetches exactly the libraries that this system lacks.
    const args = [...options, '--yes', '--no-install-recommends', '--download-only', '--reinstall', 'install', name];
    const { code } = await capture('apt-get', args, { timeoutMs: 120_000 });
    const packages = readdirSync(join(folder, 'archives')).filter((file) => file.endsWith('.deb'));
    if (code === 0 && packages.length > 0) return packages.map((file) => join(folder, 'archives', file));
  }
  return [];
};

const unpack = async () => {
  const folder = `${tools}.${process.pid}`;
  ensureDir(folder);
  try {
    const packages = await download(folder);
    if (packages.length === 0) return;
    const unpacked = ensureDir(join(folder, 'root'));
    for (const file of packages) await capture('dpkg', ['-x', file, unpacked]);
    rmSync(tools, { recursive: true, force: true });
    renameSync(unpacked, tools);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const findUnpacked = async () => {
  const command = ['redis-server', 'valkey-server'].map((name) => join(tools, 'usr', 'bin', name)).find(existsSync);
  if (!command) return null;
  const libraries = new Set(filesUnder(join(tools, 'usr', 'lib')).map((file) => join(file, '..')));
  const env = { LD_LIBRARY_PATH: [...libraries].join(':') };
  const { code } = await capture(command, ['--version'], { env: { ...process.env, ...env } });
  return code === 0 ? { what: 'a private copy from apt', command, prefix: [], env } : null;
};

const hasApt = async () => (await capture('apt-get', ['--version'])).code === 0;

/** Debian's Redis, unpacked into .data/tools and run from there. */
export const redisFromApt = async () => {
  const ready = await findUnpacked();
  if (ready || !(await hasApt())) return ready;
  return withLock('redis', async () => {
    if (!(await findUnpacked())) await timed('Redis fetched by apt-get into .data/tools', unpack);
    return findUnpacked();
  });
};
