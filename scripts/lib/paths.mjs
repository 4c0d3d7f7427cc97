import { mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');
export const inRoot = (...parts) => join(root, ...parts);

/** Everything that a developer's run keeps lies here; it is git-ignored and may be deleted at any time. */
export const dataDir = resolve(root, process.env.WINNOW_DATA_DIR || '.data');
export const inData = (...parts) => join(dataDir, ...parts);

export const ensureDir = (path) => {
  mkdirSync(path, { recursive: true });
  return path;
};
