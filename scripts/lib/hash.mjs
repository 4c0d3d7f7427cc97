import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { ensureDir, root } from './paths.mjs';

/** One hash over names and contents, in a fixed order, so that a rename counts as a change. */
export const hashFiles = (files) => {
  const hash = createHash('sha256');
  for (const file of [...files].sort()) {
    hash.update(`${relative(root, file)}\0`);
    hash.update(existsSync(file) ? readFileSync(file) : '');
    hash.update('\0');
  }
  return hash.digest('hex');
};

/** All files under a folder; `skip(name)` leaves out files and whole folders by their name. */
export const filesUnder = (folder, skip = () => false) => {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (skip(entry.name)) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesUnder(path, skip) : entry.isFile() ? [path] : [];
  });
};

export const readText = (file) => (existsSync(file) ? readFileSync(file, 'utf8') : null);
export const readJson = (file, otherwise) => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return otherwise;
  }
};

/** Written beside and renamed over, so that a reader or a crash never sees half a file. */
export const writeFile = (file, content, mode = 0o644) => {
  ensureDir(dirname(file));
  const beside = `${file}.${process.pid}.tmp`;
  writeFileSync(beside, content, { mode });
  renameSync(beside, file);
};
export const writeJson = (file, value, mode) => writeFile(file, `${JSON.stringify(value, null, 2)}\n`, mode);
