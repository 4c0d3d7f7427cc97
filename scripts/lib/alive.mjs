import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * When a process began. With its number this names one process for good: numbers come round again,
 * in containers within minutes, and a leftover must never be mistaken for somebody else's work.
 */
export const startOf = (pid) => {
  try {
    if (process.platform === 'linux') {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      // The command's name may hold blanks and brackets: count the fields after the last bracket.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return fields[0] === 'Z' ? null : fields[19];
    }
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || null;
  } catch {
    return null;
  }
};

export const identify = (pid) => ({ pid, began: startOf(pid) });

export const isAlive = (identity) => {
  if (!identity?.pid || !identity.began) return false;
  return startOf(identity.pid) === identity.began;
};

export const signalTo = (pid, signal) => {
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
};

export const untilGone = async (identity, limitMs) => {
  const end = Date.now() + limitMs;
  while (isAlive(identity)) {
    if (Date.now() > end) return false;
    await sleep(25);
  }
  return true;
};
