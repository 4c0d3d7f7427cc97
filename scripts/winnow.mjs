import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { enter } from './lib/enter.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { inRoot } from './lib/paths.mjs';

const sources = inRoot('libs', 'kernel', 'src', 'index.ts');

// An image has no sources: there everything is built, and the disk is read-only.
const prepare = async () => {
  if (existsSync(sources)) await ensureInstalled();
};

const build = async () => {
  if (!existsSync(sources)) return;
  const { ensureGenerated } = await import('./lib/generate.mjs');
  const { ensureBuilt } = await import('./lib/build.mjs');
  await ensureGenerated();
  await ensureBuilt();
};

/** Where npm was called: files are named from there. */
const cwd = process.env.INIT_CWD ?? process.cwd();

const runCli = (args) =>
  new Promise((resolve, reject) => {
    const entry = inRoot('dist', 'apps', 'cli', 'main.js');
    const child = spawn(process.execPath, ['--enable-source-maps', entry, ...args], { cwd, stdio: 'inherit' });
    child.on('error', reject);
    child.on('exit', (code) => resolve(code ?? 1));
  });

const main = async (args) => {
  await build();
  return runCli(args);
};

await enter(import.meta.url, async () => main, prepare);
