import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { inRoot } from './paths.mjs';
import { Fault } from './say.mjs';

const entry = inRoot('dist', 'apps', 'keeper', 'reconcile-once.js');

/** The ledger against the provider's invoice, once. Reads DATABASE_URL and SANDBOX_URL. */
export const reconcile = () =>
  new Promise((resolve, reject) => {
    if (!existsSync(entry)) return reject(new Fault('There is nothing built: run `npm run build` first.'));
    const child = spawn(process.execPath, ['--enable-source-maps', entry], { cwd: inRoot(), stdio: 'inherit' });
    child.on('error', reject);
    child.on('exit', (code) => resolve(code ?? 1));
  });
