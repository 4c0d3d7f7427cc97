import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { startApps, type TestApps } from '@winnow/testing';

const run = promisify(execFile);

/** The blocks of README that a reader is told to paste once the variables are sourced. */
const curls = [...readFileSync('README.md', 'utf8').matchAll(/```sh\n(curl [\s\S]*?)```/g)].map(
  ([, block]) => block ?? '',
);

describe('what README tells to paste', () => {
  let apps: TestApps;
  beforeAll(async () => {
    apps = await startApps();
  }, 60_000);
  afterAll(() => apps?.stop());

  test('there is something to paste', () => expect(curls.length).toBeGreaterThanOrEqual(3));

  test.each(curls.map((block) => [block.split('\n')[0], block]))('%s', async (_, block) => {
    const { stdout } = await run('bash', ['-euc', block ?? ''], {
      env: { PATH: process.env.PATH, WINNOW_URL: apps.api.url, WINNOW_API_KEY: apps.key },
      timeout: 20_000,
    });
    if (block?.includes('text/event-stream')) {
      expect(stdout).toContain('event: token');
      expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^data: \{"state":"succeeded"/);
      return;
    }
    const answer = JSON.parse(stdout) as { object: string; state?: string };
    expect(['job', 'list']).toContain(answer.object);
    if (answer.object === 'job') expect(answer.state).toBe('succeeded');
  });
});
