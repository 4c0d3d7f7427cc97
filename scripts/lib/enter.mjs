import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ensureInstalled } from './install.mjs';
import { inRoot } from './paths.mjs';
import { Fault, fail } from './say.mjs';

const [major, minor] = process.versions.node.split('.').map(Number);
const ownNode = inRoot('node_modules', 'node', 'bin', 'node');
const SHIM = 'WINNOW_UNDER_SHIM';

const checkNode = () => {
  if (major > 20 || (major === 20 && minor >= 19)) return;
  throw new Fault(
    `Node ${process.versions.node} is too old: install Node 20.19 or newer (24 is best) and run this again.`,
  );
};

/** Node cannot replace itself before 22.15, so the old one stays as a shim that passes signals and the exit code on. */
const rerunUnderOwnNode = (script) =>
  new Promise((resolve, reject) => {
    if (!existsSync(ownNode) || process.env[SHIM]) {
      const why = 'The package `node` has no binary: npm did not run its install script (is ignore-scripts set?).';
      return reject(new Fault(`${why} Run \`npm rebuild node\`, or use Node 24.`));
    }
    // The channel tells the child when this process is killed outright.
    const child = spawn(ownNode, [script, ...process.argv.slice(2)], {
      stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
      env: { ...process.env, [SHIM]: '1' },
    });
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
    child.on('error', reject);
    child.on('exit', (code) => resolve(code ?? 1));
  });

const watchShim = () => {
  if (!process.env[SHIM] || !process.channel) return;
  delete process.env[SHIM];
  process.channel.unref();
  process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
};

const PARENT_CHECK_MS = 500;

/**
 * npm runs a script through a shell and passes a SIGTERM on to that shell only, which dies of it without a word. Then
 * nobody is left to stop what runs here.
 */
const watchShell = () => {
  if (!process.env.npm_lifecycle_event) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, PARENT_CHECK_MS);
  timer.unref();
};

const report = (error) => {
  if (!(error instanceof Fault)) fail(error?.stack ?? String(error));
  else if (error.message) fail(error.message);
  return error.exitCode ?? 1;
};

/**
 * The door of every command: checks Node, installs what is missing, goes on under the pinned Node 24, and turns faults
 * into one line and an exit code. `main` is loaded afterwards, because it may import packages.
 */
export const enter = async (importUrl, loadMain, prepare = ensureInstalled) => {
  try {
    checkNode();
    watchShell();
    await prepare();
    if (major < 24) process.exit(await rerunUnderOwnNode(fileURLToPath(importUrl)));
    watchShim();
    const main = await loadMain();
    process.exit((await main(process.argv.slice(2))) ?? 0);
  } catch (error) {
    process.exit(report(error));
  }
};
