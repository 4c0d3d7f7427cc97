import { chownSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { onLines, renderLine } from '../../scripts/lib/log-render.mjs';
import { capture, lastLines } from '../../scripts/lib/run.mjs';
import { Fault } from '../../scripts/lib/say.mjs';
import { residentMegabytes } from './sizes.mjs';

const READY_WITHIN_MS = 60_000;
const KEPT_LINES = 40;
const USER = 10_001;

// Nobody else can be changed into, but then the files belong to the very user that runs this.
const asImageUser = process.getuid?.() === 0 ? { uid: USER, gid: USER } : {};

/** Runs commands of the image: its Node, its files, its user, and of the environment nothing but what it is given. */
export const createProcesses = ({ root, workdir, env: imageEnv }, family, folder) => {
  const node = join(root, 'usr', 'local', 'bin', 'node');
  const cwd = join(root, workdir);

  const optionsFor = ({ name, env }) => {
    const data = join(folder, `${name}-data`);
    mkdirSync(data, { recursive: true });
    if (asImageUser.uid) chownSync(data, USER, USER);
    return { cwd, env: { PATH: '/usr/bin:/bin', ...imageEnv, ...env, WINNOW_DATA_DIR: data }, ...asImageUser };
  };

  const toTheEnd = async (service, args = service.command) => {
    const { code, output } = await capture(node, args, { ...optionsFor(service), timeoutMs: 120_000 });
    if (code !== 0)
      throw new Fault(`${service.name}: node ${args.join(' ')} ended with ${code}:\n${lastLines(output, 20)}`);
  };

  const launch = (service) => {
    const started = family.launch({
      name: service.name,
      kind: 'app',
      command: node,
      args: service.command,
      ...optionsFor(service),
    });
    const tail = [];
    const keep = (line) => tail.push(renderLine(line)) > KEPT_LINES && tail.shift();
    for (const stream of [started.child.stdout, started.child.stderr]) onLines(stream, keep);
    return { ...service, ...started, tail };
  };

  const untilReady = async ({ name, readyUrl, hasEnded, tail, pid, env, health }) => {
    const began = Date.now();
    for (let why = ''; ; await sleep(100)) {
      if (hasEnded()) throw new Fault(`${name} ended by itself:\n${tail.join('\n')}`);
      const answer = await fetch(readyUrl, { signal: AbortSignal.timeout(2_000) }).catch((error) => error);
      if (answer.status === 200) break;
      why = answer.status ? await answer.text() : String(answer.cause?.code ?? answer.message);
      if (Date.now() - began > READY_WITHIN_MS) throw new Fault(`${name} is not ready: ${why}\n${tail.join('\n')}`);
    }
    const readyMs = Date.now() - began;
    await toTheEnd({ name, env }, health);
    return { name, readyMs, residentMb: residentMegabytes(pid) };
  };

  const stop = async ({ name, child, ended, stop: ask, tail }) => {
    const calm = await ask();
    const { code, signal } = await ended;
    if (calm && code === 0) return;
    throw new Fault(`${name} (${child.pid}) did not stop cleanly: ${signal ?? `exit ${code}`}\n${tail.join('\n')}`);
  };

  return { toTheEnd, launch, untilReady, stop };
};
