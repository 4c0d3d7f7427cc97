import { existsSync } from 'node:fs';
import { delimiter } from 'node:path';
import { hashFiles, readJson, readText, writeFile } from './hash.mjs';
import { withLock } from './lock.mjs';
import { inRoot } from './paths.mjs';
import { capture, lastLines } from './run.mjs';
import { Fault, timed } from './say.mjs';

const lockFile = inRoot('package-lock.json');
const stampFile = inRoot('node_modules', '.winnow-install');

const lockHash = () => hashFiles([lockFile]);
const writeStamp = () => writeFile(stampFile, lockHash());

/** True when somebody's own `npm ci` or `npm install` has already made the very tree that the lock file describes. */
const treeMatchesLock = () => {
  const wanted = readJson(lockFile, null)?.packages;
  const found = readJson(inRoot('node_modules', '.package-lock.json'), null)?.packages;
  if (!wanted || !found) return false;
  const same = Object.entries(found).every(([path, { version }]) => wanted[path]?.version === version);
  const complete = Object.entries(wanted).every(([path, { optional }]) => path === '' || optional || found[path]);
  return same && complete;
};

const isInstalled = () => {
  if (!existsSync(inRoot('node_modules'))) return false;
  if (readText(stampFile) === lockHash()) return true;
  if (!treeMatchesLock()) return false;
  writeStamp();
  return true;
};

/** Without node_modules/.bin: `npm ci` deletes the Node that lies there, and must not run on it. */
const pathOutsideTree = () =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .filter((part) => !part.startsWith(inRoot('node_modules')))
    .join(delimiter);

const installEnvironment = () => ({
  ...process.env,
  PATH: pathOutsideTree(),
  // An npm that runs every install script would otherwise let Prisma fetch an engine that nothing here uses.
  PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
  SCARF_ANALYTICS: 'false',
});

const install = async () => {
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const { code, output } = await capture('npm', args, { cwd: inRoot(), env: installEnvironment() });
  if (code === 127) throw new Fault('npm is not on the PATH. Install Node 20.19 or newer together with npm.');
  if (code !== 0) throw new Fault(`npm ci failed (exit ${code}):\n${lastLines(output, 30)}`);
  writeStamp();
};

export const ensureInstalled = async () => {
  if (isInstalled()) return;
  await withLock('install', async () => {
    if (!isInstalled()) await timed('packages installed from package-lock.json', install);
  });
};
