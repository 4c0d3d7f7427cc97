import { openSync, closeSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { identify, isAlive } from './alive.mjs';
import { readJson } from './hash.mjs';
import { ensureDir, inRoot } from './paths.mjs';
import { Fault } from './say.mjs';

const take = (file) => {
  try {
    const handle = openSync(file, 'wx');
    writeSync(handle, JSON.stringify(identify(process.pid)));
    closeSync(handle);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
};

/** One at a time over all commands of this clone: two installs or builds would tread on each other. */
export const withLock = async (name, work, limitMs = 600_000) => {
  const file = inRoot('.data', 'locks', name);
  ensureDir(dirname(file));
  const end = Date.now() + limitMs;
  for (let unreadable = 0; !take(file);) {
    const holder = readJson(file, null);
    // A holder is unreadable for the instant between its open and its write.
    unreadable = holder ? 0 : unreadable + 1;
    if (holder ? !isAlive(holder) : unreadable > 20) rmSync(file, { force: true });
    if (Date.now() > end) throw new Fault(`Another command holds ${file} since long: end it, or delete that file.`);
    await sleep(100);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
};
