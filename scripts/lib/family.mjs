import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { identify, signalTo, untilGone } from './alive.mjs';
import { writeJson } from './hash.mjs';
import { inRoot } from './paths.mjs';
import { say } from './say.mjs';

/** How each kind of process likes to be asked, how long it may take, and what ends it then. */
const manners = {
  // The drain of an app may wait 35 s for calls that are already paid.
  app: { ask: 'SIGTERM', graceMs: 45_000, force: 'SIGKILL' },
  // A test run or a bench, with all that it has started itself.
  command: { ask: 'SIGTERM', graceMs: 10_000, force: 'SIGKILL', group: true },
  redis: { ask: 'SIGTERM', graceMs: 10_000, force: 'SIGKILL' },
  // SIGINT is Postgres' fast shutdown, SIGQUIT its immediate one; SIGKILL would orphan its backends.
  postgres: { ask: 'SIGINT', graceMs: 20_000, force: 'SIGQUIT' },
};

/** In this order everybody is stopped after those who lean on them. */
export const kindsToStop = ['command', 'app', 'redis', 'postgres'];

const forceGroup = (member) => {
  const { force } = manners[member.kind];
  if (force === 'SIGQUIT' || !signalTo(-member.pid, force)) signalTo(member.pid, force);
};

export const stopMember = async (member, graceMs = manners[member.kind].graceMs) => {
  const { ask, group } = manners[member.kind];
  signalTo(group ? -member.pid : member.pid, ask);
  const calm = await untilGone(member, graceMs);
  if (calm && !group) return true;
  forceGroup(member);
  await untilGone(member, 5_000);
  return calm;
};

/**
 * Waits outside the family for the pipe to break, which happens however the supervisor dies, and then clears up.
 * While it waits it is only a `cat`.
 */
const hireReaper = (file) => {
  const script = inRoot('scripts', 'lib', 'reap.mjs');
  const args = ['-c', 'cat >/dev/null; exec "$@"', 'reaper', process.execPath, script, file];
  const reaper = spawn('sh', args, { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  reaper.on('error', () => {});
  reaper.stdin.on('error', () => {});
  reaper.stdin.unref?.();
  reaper.unref();
};

/**
 * The processes that one command started. Each has its own process group, so that the terminal's Ctrl-C reaches only
 * the supervisor and the order of stopping is its own. The file lists them for whoever must clear up after a `kill -9`.
 */
export const createFamily = (file, { announce = false, ...facts } = {}) => {
  const members = [];
  let closing = false;
  const write = () => writeJson(file, { supervisor: identify(process.pid), ...facts, members });
  write();
  hireReaper(file);

  const forget = (member) => {
    const at = members.indexOf(member);
    if (at < 0) return;
    members.splice(at, 1);
    if (!closing) write();
  };

  return {
    launch({ name, kind, command, args, ...options }) {
      if (closing) throw new Error('stopping');
      const child = spawn(command, args, { detached: true, stdio: ['ignore', 'pipe', 'pipe'], ...options });
      const member = { name, kind, ...identify(child.pid) };
      const ended = new Promise((resolve) => {
        child.once('error', (error) => resolve({ code: 127, signal: null, error }));
        child.once('exit', (code, signal) => resolve({ code, signal }));
      });
      if (child.pid) {
        members.push(member);
        write();
        ended.then(() => forget(member));
      }
      const hasEnded = () => child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
      return { ...member, child, ended, hasEnded, stop: () => stopMember(member) };
    },
    /** Runs a command on this terminal, in a group of its own, and hands back its exit code (128 + n for a signal). */
    async attach(name, command, args, options) {
      const { ended } = this.launch({ name, kind: 'command', command, args, stdio: 'inherit', ...options });
      const { code, signal, error } = await ended;
      if (error) throw error;
      return code ?? (signal === 'SIGINT' ? 130 : 143);
    },
    /** From now on nothing new starts, whatever part of the program still runs. */
    beginClosing() {
      closing = true;
    },
    /** For the second Ctrl-C: no waiting, no order. */
    killAll() {
      members.forEach(forceGroup);
      rmSync(file, { force: true });
    },
    /** Ends whatever still lives, Postgres last. */
    async close() {
      closing = true;
      for (const kind of kindsToStop) {
        const living = members.filter((member) => member.kind === kind);
        await Promise.all(living.map((member) => stopMember(member)));
        if (kind !== 'app' && announce) living.forEach(({ name }) => say(`${name} stopped`));
      }
      rmSync(file, { force: true });
    },
  };
};
