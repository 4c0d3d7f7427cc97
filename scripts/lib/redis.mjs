import { openSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readText } from './hash.mjs';
import { ensureDir } from './paths.mjs';
import { redisFromApt } from './redis-apt.mjs';
import { redisFromDocker } from './redis-docker.mjs';
import { capture, lastLines } from './run.mjs';
import { Fault } from './say.mjs';

const OLDEST = [6, 2];

const isRecent = ([major, minor]) => major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);

/** A server on the PATH that is recent enough for BullMQ. */
const redisFromPath = async () => {
  for (const command of ['redis-server', 'valkey-server']) {
    const { code, output } = await capture(command, ['--version'], { timeoutMs: 5_000 });
    const version = /v=(\d+)\.(\d+)/.exec(output)?.slice(1).map(Number);
    if (code === 0 && version && isRecent(version)) return { what: command, command, prefix: [], env: {} };
  }
  return null;
};

const remedy =
  'No Redis found, and neither Docker nor apt-get could give one: install redis-server (or valkey-server) 6.2 or ' +
  'newer so that it is on the PATH, or set REDIS_URL.';

const findRedis = async () => {
  for (const find of [redisFromPath, redisFromDocker, redisFromApt]) {
    const found = await find();
    if (found) return found;
  }
  throw new Fault(remedy);
};

/** Queues must never be evicted, and a second of writes is what a crash may cost: Postgres is the truth. */
const settings = { appendonly: 'yes', appendfsync: 'everysec', 'maxmemory-policy': 'noeviction', save: '' };

const answersPing = (port) =>
  new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, timeout: 1_000 });
    const end = (answer) => {
      socket.destroy();
      resolve(answer);
    };
    socket.on('connect', () => socket.write('PING\r\n'));
    // While it loads its file it answers -LOADING.
    socket.on('data', (chunk) => end(chunk.toString().startsWith('+PONG')));
    socket.on('timeout', () => end(false));
    socket.on('error', () => end(false));
  });

const untilAnswering = async (server, port, logFile) => {
  for (let tries = 0; !server.hasEnded() && tries < 1_200; tries += 1) {
    if (await answersPing(port)) return;
    await sleep(50);
  }
  throw new Fault(`Redis did not start:\n${lastLines(readText(logFile) ?? '', 8)}`);
};

const flags = (values) => Object.entries(values).flatMap(([name, value]) => [`--${name}`, String(value)]);

/** Starts a Redis of our own; what it keeps lies in `folder`. */
export const startRedis = async (family, { folder, port, logFile }) => {
  const found = await findRedis();
  ensureDir(folder);
  ensureDir(dirname(logFile));
  const log = openSync(logFile, 'w');
  const place = found.place?.({ folder, port }) ?? { args: flags({ port, bind: '127.0.0.1', dir: folder }) };
  const server = family.launch({
    name: 'redis',
    kind: 'redis',
    command: found.command,
    args: [...found.prefix, ...place.args, ...flags(settings)],
    env: { ...process.env, ...found.env },
    cwd: folder,
    stdio: ['ignore', log, log],
  });
  await untilAnswering(server, port, logFile);
  return { url: `redis://127.0.0.1:${port}`, server, what: found.what };
};
