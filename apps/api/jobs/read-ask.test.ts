import { createTaskRegistry, createTenantTasks } from '@winnow/analysis';
import { Refusal, type JobIn } from '@winnow/contracts';
import { asTenantId, type KeyRecord } from '@winnow/storage';
import { furtherJobFaults, readAsk } from './read-ask';

const shipped = createTaskRegistry();
const tasks = createTenantTasks(shipped, { definitionOf: async () => null, standingOf: async () => null });
const tenant = asTenantId('0193aaaa-0000-7000-8000-000000000000');
const key = { requestCap: 50_000_000n, maxCost: null } as KeyRecord;
const caller = { tenant, key };
const body: JobIn = { task: 'review.sentiment', input: { text: 'Great sound' } };

const refusalOf = async (work: () => Promise<unknown>): Promise<Refusal> => {
  try {
    await work();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error('nothing was refused');
};

describe('reading what is asked', () => {
  it('fills in what was left out', async () => {
    const ask = await readAsk(tasks, body, caller);
    expect(ask).toMatchObject({ floor: 0.8, deadline: '1h', deadlineMs: 3_600_000, cap: 50_000_000n });
    expect(ask.input).toEqual({ text: 'Great sound', detail: false });
  });

  it('hashes what the task reads, not how it was written', async () => {
    const other = await readAsk(tasks, { ...body, input: { detail: false, text: 'Great sound' } }, caller);
    expect(other.inputHash).toBe((await readAsk(tasks, body, caller)).inputHash);
  });

  it.each<[string, bigint | null, string | undefined, bigint | string]>([
    ['what the tenant allows', null, undefined, 50_000_000n],
    ['what was asked for', null, '0.01', 10_000_000n],
    ['more than the default, if asked for', null, '1', 1_000_000_000n],
    ['what the key allows, if that is less', 20_000_000n, undefined, 20_000_000n],
    ['no more than the key allows', 20_000_000n, '0.020000001', 'key-limited'],
    ['all that the key allows', 20_000_000n, '0.02', 20_000_000n],
  ])('the cap is %s', async (_, maxCost, asked, expected) => {
    const read = () => readAsk(tasks, { ...body, terms: { maxCost: asked } }, { tenant, key: { ...key, maxCost } });
    if (typeof expected === 'string') expect((await refusalOf(read)).code).toBe(expected);
    else expect((await read()).cap).toBe(expected);
  });

  it.each<[string, Partial<JobIn>, string, string]>([
    ['an unknown task', { task: 'review.mood' }, 'task-unknown', '/task'],
    ['an unknown version', { version: 99 }, 'task-unknown', '/version'],
    ['an input without what it needs', { input: {} }, 'invalid', '/input/text'],
    ['an input with more', { input: { text: 'x', extra: 1 } }, 'invalid', '/input/extra'],
    ['a text over its limit', { input: { text: 'x'.repeat(32_001) } }, 'invalid', '/input/text'],
  ])('%s', async (_, change, code, pointer) => {
    const refusal = await refusalOf(() => readAsk(tasks, { ...body, ...change }, caller));
    expect([refusal.code, (refusal.extra['errors'] as { pointer: string }[])[0]?.pointer]).toEqual([code, pointer]);
  });

  it('names the tasks that there are', async () => {
    const refusal = await refusalOf(() => readAsk(tasks, { ...body, task: 'x' }, caller));
    expect(refusal.extra['known']).toContain('review.sentiment@2');
  });

  it.each<[string, unknown, string[]]>([
    ['an input that is wrong too', { task: 'review.sentiment', input: {}, x: 1 }, ['/input/text']],
    ['an input that is right', { ...body, x: 1 }, []],
    ['a task nobody knows', { task: 'x', input: {} }, []],
    ['no input', { task: 'review.sentiment' }, []],
    ['no object', 3, []],
  ])('lists with the other faults those of %s', (_, given, expected) => {
    expect(furtherJobFaults(shipped)(given).map(({ pointer }) => pointer)).toEqual(expected);
  });
});
