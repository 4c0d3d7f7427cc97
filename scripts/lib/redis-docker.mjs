import { createHash } from 'node:crypto';
import { capture } from './run.mjs';

const IMAGE = 'redis:7-alpine';

/** `docker info` and not `docker --version`: the client alone starts nothing. */
const dockerRuns = async () => {
  const { code, output } = await capture('docker', ['info', '--format', '{{.ServerVersion}}'], { timeoutMs: 10_000 });
  return code === 0 && /^\d/.test(output.trim());
};

const nameOf = (folder) => `winnow-redis-${createHash('sha256').update(folder).digest('hex').slice(0, 10)}`;

export const redisFromDocker = async () => {
  if (!(await dockerRuns())) return null;
  const { code } = await capture('docker', ['pull', '--quiet', IMAGE], { timeoutMs: 180_000 });
  if (code !== 0 && (await capture('docker', ['image', 'inspect', IMAGE])).code !== 0) return null;
  return {
    what: `Docker, ${IMAGE}`,
    command: 'docker',
    prefix: ['run', '--rm'],
    env: {},
    place: ({ folder, port }) => ({
      args: [
        '--name',
        nameOf(folder),
        '--publish',
        `127.0.0.1:${port}:6379`,
        '--volume',
        `${folder}:/data`,
        ...(process.getuid ? ['--user', `${process.getuid()}:${process.getgid()}`] : []),
        IMAGE,
        'redis-server',
      ],
    }),
  };
};
