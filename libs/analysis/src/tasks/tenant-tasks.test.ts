import type { TaskBody } from '@winnow/contracts';
import { createTaskRegistry } from './registry';
import { createTenantTasks, type Standing } from './tenant-tasks';

const closed = (properties: object) => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});
const body: TaskBody = {
  input: closed({ text: { type: 'string' } }),
  output: closed({ label: { enum: ['a', 'b'] } }),
  prompt: 'Label {{text}}',
  example: { text: 'x' },
};
const alive: Standing = { live: 2, newest: 2, asked: null, retired: false };

const setUp = (standing: Standing | null = alive) => {
  const reads: string[] = [];
  const tasks = createTenantTasks(
    createTaskRegistry(),
    {
      definitionOf: async (tenant, name, version) => {
        reads.push(`${tenant} ${name} ${version}`);
        return tenant === 'kim' && version < 9 ? { body, bytes: 1_000 } : null;
      },
      standingOf: async (tenant) => (tenant === 'kim' ? standing : null),
    },
    { entries: 10, bytes: 3_000 },
  );
  return { tasks, reads };
};

describe('the tasks of a tenant', () => {
  it('are read and compiled once a version, and forgotten when others were used since', async () => {
    const { tasks, reads } = setUp();
    const first = await tasks.find('acme.label', 1, 'kim');
    expect(await tasks.find('acme.label', 1, 'kim')).toBe(first);
    for (const version of [2, 3, 4]) await tasks.find('acme.label', version, 'kim');
    await tasks.find('acme.label', 4, 'kim');
    await tasks.find('acme.label', 1, 'kim');
    expect(reads.map((read) => read.at(-1))).toEqual(['1', '2', '3', '4', '1']);
  });

  it('are its own', async () => {
    const { tasks } = setUp();
    expect(await tasks.find('acme.label', 1, 'kim')).toBeDefined();
    expect(await tasks.find('acme.label', 1, 'alex')).toBeUndefined();
    expect(await tasks.named('acme.label', null, 'alex')).toMatchObject({ kind: 'unknown', wrong: 'task' });
  });

  it('never stand in for a shipped one, which costs no look-up', async () => {
    const { tasks, reads } = setUp();
    expect(await tasks.named('review.sentiment', null, 'kim')).toMatchObject({ kind: 'task' });
    expect(await tasks.named('review.sentiment', 7, 'kim')).toMatchObject({ kind: 'unknown', wrong: 'version' });
    expect(await tasks.find('review.sentiment', 7, 'kim')).toBeUndefined();
    expect(reads).toEqual([]);
  });

  it.each<[string, number | null, Standing, object]>([
    ['the newest that serves', null, alive, { kind: 'task', task: { version: 2 } }],
    ['an older one that serves', 1, { ...alive, asked: 'live' }, { kind: 'task', task: { version: 1 } }],
    ['one in trial', 3, { ...alive, asked: 'trial' }, { kind: 'unknown', wrong: 'version' }],
    ['one that was refused', 3, { ...alive, asked: 'refused' }, { kind: 'unknown', wrong: 'version' }],
    ['one that does not exist', 9, alive, { kind: 'unknown', wrong: 'version' }],
    ['one that was retired', 1, { ...alive, asked: 'retired', retired: true }, { kind: 'retired' }],
    ['a task that was retired', null, { ...alive, live: null, retired: true }, { kind: 'retired' }],
    ['a task in its first trial', null, { ...alive, live: null }, { kind: 'unknown', wrong: 'task' }],
  ])('are named as %s', async (_, version, standing, expected) => {
    expect(await setUp(standing).tasks.named('acme.label', version, 'kim')).toMatchObject(expected);
  });
});
