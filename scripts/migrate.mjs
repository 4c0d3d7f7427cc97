import { existsSync } from 'node:fs';
import { enter } from './lib/enter.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { inRoot } from './lib/paths.mjs';

// An image has only the packages that run, on a read-only disk: there is nothing to install there.
const prepare = async () => {
  if (!existsSync(inRoot('node_modules', 'pg'))) await ensureInstalled();
};

await enter(import.meta.url, async () => (await import('./lib/migrate.mjs')).migrateCommand, prepare);
