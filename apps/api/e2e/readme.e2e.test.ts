import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { startApps, type TestApps } from '@winnow/testing';

const run = promisify(execFile);

/** The blocks of a page that a reader is told to paste once the variables are sourced. */
const curlsOf = (page: string): string[] =>
  [...readFileSync(page, 'utf8').matchAll(/```sh\n(curl [\s\S]*?)```/g)].map(([, block]) => block ?? '');

const curls = curlsOf('README.md');

describe('what README tells to paste', () => {
  let apps: TestApps;
  beforeAll(async () => {
    apps = await startApps();
  }, 60_000);
  afterAll(() => apps?.stop());

  const paste = async (block: string): Promise<string> => {
    const { stdout } = await run('bash', ['-euc', block], {
      env: { PATH: process.env.PATH, WINNOW_URL: apps.api.url, WINNOW_API_KEY: apps.key },
      timeout: 20_000,
    });
    return stdout;
  };
  const read = (stdout: string) => JSON.parse(stdout) as { object: string; state?: string };

  test('there is something to paste', () => expect(curls.length).toBeGreaterThanOrEqual(3));

  test.each(curls.map((block) => [block.split('\n')[0], block]))('%s', async (_, block) => {
    const stdout = await paste(block ?? '');
    if (block?.includes('text/event-stream')) {
      expect(stdout).toContain('event: token');
      expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^data: \{"state":"succeeded"/);
      return;
    }
    const answer = read(stdout);
    expect(['job', 'list']).toContain(answer.object);
    if (answer.object === 'job') expect(answer.state).toBe('succeeded');
  });

  test('a task of one’s own, from its page: made, live, used', async () => {
    const [make = '', show = '', use = ''] = curlsOf('docs/tasks.md');
    expect(read(await paste(make))).toMatchObject({ object: 'task', state: 'trial' });
    let state: string | undefined = 'trial';
    // the keeper decides once a second
    for (const until = Date.now() + 20_000; state === 'trial' && Date.now() < until;)
      state = read(await paste(show)).state;
    expect(state).toBe('live');
    expect(read(await paste(use))).toMatchObject({ object: 'job', state: 'succeeded' });
  }, 60_000);
});
