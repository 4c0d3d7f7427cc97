import { cpSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inRoot } from '../../scripts/lib/paths.mjs';
import { capture } from '../../scripts/lib/run.mjs';
import { Fault } from '../../scripts/lib/say.mjs';

const asRegExp = (pattern) => {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*\*\/|\*\*|\*|\?/g, (glob) => ({ '**/': '(?:.*/)?', '**': '.*', '*': '[^/]*', '?': '[^/]' })[glob]);
  // A pattern that names a folder stands for all that is below it.
  return new RegExp(`^${source}(?:/.*)?$`);
};

/** The rules of .dockerignore: from the root, the last line that fits decides, `!` takes back. */
const createKeeps = (text) => {
  const rules = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ keep: line.startsWith('!'), fits: asRegExp(line.replace(/^!/, '').replace(/^\/|\/$/g, '')) }));
  return (path) => rules.findLast(({ fits }) => fits.test(path))?.keep ?? true;
};

/** What a fresh clone would hold if the work at hand were committed, less what .dockerignore keeps out. */
export const copyContext = async (folder) => {
  const { code, output } = await capture('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: inRoot(),
  });
  if (code !== 0) throw new Fault(`git could not list the files:\n${output}`);
  const keeps = createKeeps(readFileSync(inRoot('.dockerignore'), 'utf8'));
  const files = output.split('\0').filter((path) => path !== '' && keeps(path) && existsSync(inRoot(path)));
  for (const path of files) cpSync(inRoot(path), join(folder, path));
  return files.length;
};
