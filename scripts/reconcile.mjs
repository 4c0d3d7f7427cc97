import { existsSync } from 'node:fs';
import { enter } from './lib/enter.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { inRoot } from './lib/paths.mjs';

// In an image everything is built and the disk is read-only.
const prepare = async () => {
  if (!existsSync(inRoot('node_modules', 'pg'))) await ensureInstalled();
};

await enter(import.meta.url, async () => (await import('./lib/reconcile.mjs')).reconcile, prepare);
