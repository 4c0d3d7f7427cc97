import { execFileSync, spawnSync } from 'node:child_process';
import { Fault } from './say.mjs';

const idOf = (flag, user) => Number(execFileSync('id', [flag, user], { stdio: ['ignore', 'pipe', 'ignore'] }));

const findUser = () => {
  for (const name of ['postgres', 'nobody']) {
    try {
      return { uid: idOf('-u', name), gid: idOf('-g', name) };
    } catch {
      continue;
    }
  }
  throw new Fault('Postgres refuses to run as root and there is no user `postgres` or `nobody`: set DATABASE_URL.');
};

/**
 * Keeps the right to pass closed folders: a clone below /root is otherwise out of reach for anybody but root. Without
 * the secure bit access(2), with which Postgres looks for its own programs, would ignore that right.
 */
const throughClosedFolders = ({ uid, gid }) => ({
  prefix: [
    'setpriv',
    `--reuid=${uid}`,
    `--regid=${gid}`,
    '--clear-groups',
    '--inh-caps=+dac_override',
    '--ambient-caps=+dac_override',
    '--securebits=+no_setuid_fixup',
  ],
  options: {},
});

/** `program --version` says on stderr when it may not look at its own folder, and yet exits with 0. */
const works = ({ prefix, options }, program, folder) => {
  const [command, ...args] = [...prefix, 'sh', '-c', '"$0" --version && test -w "$1"', program, folder];
  const { status, stderr } = spawnSync(command, args, { ...options, cwd: '/', encoding: 'utf8' });
  return status === 0 && stderr === '';
};

/**
 * How to run a program that refuses root: `owner` should own its folder, `wrap` turns a command into what to spawn.
 * Everybody but root runs it as they are.
 */
export const asUnprivileged = (program, folder, own) => {
  const wrapWith = (way) => (command, args) => {
    const [first, ...rest] = [...way.prefix, command, ...args];
    return { command: first, args: rest, ...way.options };
  };
  if (process.getuid?.() !== 0) return wrapWith({ prefix: [], options: {} });
  const user = findUser();
  own(user);
  const ways = [{ prefix: [], options: user }, throughClosedFolders(user)];
  const way = ways.find((each) => works(each, program, folder));
  if (way) return wrapWith(way);
  throw new Fault(
    `Postgres cannot run as root, and user ${user.uid} may not reach ${folder}: move the clone to a folder that ` +
      'other users may enter, run as another user, or set DATABASE_URL.',
  );
};
