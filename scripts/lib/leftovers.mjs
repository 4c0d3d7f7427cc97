import { existsSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, resolve } from 'node:path';
import { isAlive } from './alive.mjs';
import { kindsToStop, stopMember } from './family.mjs';
import { readJson } from './hash.mjs';

export const temporaryPrefix = 'winnow-';

const isOurTemporary = (path) =>
  dirname(resolve(path)) === resolve(tmpdir()) && basename(path).startsWith(temporaryPrefix);

/** The supervisor that wrote this file, when it still runs. */
export const runningSupervisor = (file) => {
  const family = readJson(file, null);
  return family && isAlive(family.supervisor) ? family : null;
};

/**
 * Ends what a killed supervisor left behind: apps first, then Redis, then Postgres, as in a clean stop. Only processes
 * whose number *and* starting time are on record are touched.
 */
export const stopLeftovers = async (file) => {
  const family = readJson(file, null);
  if (!family || isAlive(family.supervisor)) return 0;
  const living = family.members.filter(isAlive);
  for (const kind of kindsToStop) {
    await Promise.all(living.filter((member) => member.kind === kind).map((member) => stopMember(member, 10_000)));
  }
  for (const path of family.temporary ?? []) if (isOurTemporary(path)) rmSync(path, { recursive: true, force: true });
  // Somebody may have started anew in the meantime: then the file is theirs.
  if (existsSync(file) && readJson(file, null)?.supervisor.began === family.supervisor.began)
    rmSync(file, { force: true });
  return living.length;
};
