import type { TaskBody } from '@winnow/contracts';
import { uuidv7 } from '@winnow/kernel';
import { stockDatabase, type StockedDatabase } from '@winnow/testing/stocked-database';
import type { Acceptance } from './accepts';
import { createTaskTrials } from './task-trials';
import { createTaskStore, createTaskVersions, type NewTask, type TaskMade } from './task-versions';
import type { TenantId } from './tenant-id';

// Fields in no order of the alphabet: it has to come back as it was given.
const body: TaskBody = {
  input: { type: 'object', properties: { zeta: { type: 'string' }, alpha: { type: 'string' } } },
  output: { type: 'object', properties: { zeta: { type: 'string' }, alpha: { type: 'string' } } },
  prompt: 'Label {{zeta}}',
  example: { zeta: 'x' },
};

describe('tasks of tenants in the database', () => {
  let stock: StockedDatabase;
  let tenant: TenantId;
  beforeAll(async () => {
    stock = await stockDatabase();
    tenant = await stock.addTenant();
  });
  afterAll(() => stock.close());

  const acceptance = (id: string, name: string, version: number): Acceptance => ({
    id,
    tenantId: tenant,
    task: name,
    version,
    input: { zeta: 'x' },
    inputHash: id,
    floor: 0.8,
    strict: false,
    deadline: '1h',
    deadlineMs: 3_600_000,
    avoid: [],
    priority: 0,
    whenOver: 'park',
    endUser: null,
    metadata: {},
    cap: 50_000_000n,
    queue: 'analyses',
    idempotency: null,
  });
  const aTask = (name: string, more: Partial<NewTask> = {}): NewTask => {
    const jobs = [uuidv7(), uuidv7()];
    return {
      id: uuidv7(),
      tenantId: tenant,
      name,
      body,
      samples: jobs.map((job, i) => ({ job, expected: i === 0 ? null : { zeta: 'b', alpha: 'a' } })),
      jobsOf: (version) => jobs.map((job) => acceptance(job, name, version)),
      idempotency: null,
      ...more,
    };
  };
  const store = () => createTaskStore(stock.db);
  const versions = () => createTaskVersions(stock.db.rest);
  const trials = () => createTaskTrials(stock.db.rest);
  const end = (job: string, columns = `state = 'succeeded', score = 1, result = '{"zeta":"b","alpha":"a"}'`) =>
    stock.query(`UPDATE job SET ${columns} WHERE id = $1`, [job]);

  test('a version comes back as it was given, with its samples and their jobs', async () => {
    const task = aTask('acme.kept');
    expect(await store().make(task)).toEqual({ kind: 'made', version: 1 });
    const row = await store().get(tenant, 'acme.kept', null);
    expect(row).toMatchObject({ version: 1, state: 'trial', jobs: task.samples.map(({ job }) => job) });
    expect(JSON.stringify(row?.definition)).toBe(JSON.stringify(body));
    const kept = await versions().definitionOf(tenant, 'acme.kept', 1);
    expect([JSON.stringify(kept?.body), kept?.bytes]).toEqual([JSON.stringify(body), JSON.stringify(body).length]);
    const hints = await stock.query('SELECT 1 AS one FROM outbox WHERE ref = ANY ($1)', [row?.jobs]);
    expect(hints).toHaveLength(2);
  });

  test('a version whose jobs cannot be written is not there, nor its key', async () => {
    const once = { route: 'POST /api/v1/tasks', key: 'k', print: 'p' };
    const broken = aTask('acme.broken', { idempotency: once, jobsOf: () => [acceptance('no id', 'acme.broken', 1)] });
    await expect(store().make(broken)).rejects.toThrow();
    expect(await store().get(tenant, 'acme.broken', null)).toBeNull();
    expect(await store().make(aTask('acme.broken', { idempotency: once }))).toMatchObject({ kind: 'made' });
    expect(await store().make(aTask('acme.broken', { idempotency: once }))).toMatchObject({
      kind: 'replayed',
      print: 'p',
    });
  });

  test('versions follow each other without holes, from however many sides they are made', async () => {
    const made = await Promise.all(Array.from({ length: 10 }, () => store().make(aTask('acme.many'))));
    const numbers = made.map((one: TaskMade) => (one.kind === 'made' ? one.version : 0));
    expect(numbers.sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  test('a trial is due once all of its jobs have ended, and is decided once', async () => {
    const task = aTask('acme.tried');
    await store().make(task);
    const [first, second] = task.samples;
    await end(first?.job ?? '');
    const mine = async () => (await trials().due()).filter(({ id }) => id === task.id);
    expect(await mine()).toEqual([]);
    await end(second?.job ?? '', `state = 'canceled'`);
    expect((await mine())[0]?.samples).toEqual([
      { n: 1, expected: null, job: { state: 'succeeded', score: 1, result: { zeta: 'b', alpha: 'a' }, error: null } },
      { n: 2, expected: { zeta: 'b', alpha: 'a' }, job: { state: 'canceled', score: null, result: null, error: null } },
    ]);
    const refused = { kind: 'refused', reasons: ['sample 2: canceled'] } as const;
    const both = await Promise.all([trials().decide(task.id, refused), trials().decide(task.id, { kind: 'live' })]);
    expect(both.filter(Boolean)).toHaveLength(1);
    expect(await mine()).toEqual([]);
  });

  test('the newest that serves is named, and a retired one is retired for good', async () => {
    const [one, two] = [aTask('acme.life'), aTask('acme.life')];
    await store().make(one);
    await store().make(two);
    const standing = (version: number | null = null) => versions().standingOf(tenant, 'acme.life', version);
    expect(await standing(2)).toEqual({ live: null, newest: 2, asked: 'trial', retired: false });
    await trials().decide(one.id, { kind: 'live' });
    expect(await standing()).toEqual({ live: 1, newest: 2, asked: null, retired: false });
    expect(await store().get(tenant, 'acme.life', null)).toMatchObject({ version: 1 });
    await store().retire(tenant, 'acme.life', null);
    expect(await standing(1)).toEqual({ live: null, newest: 2, asked: 'retired', retired: true });
    expect(await trials().decide(two.id, { kind: 'live' })).toBe(false);
  });

  test.each([
    `definition = '{}'`,
    'version = 7',
    `name = 'acme.other'`,
    `state = 'trial'`,
    `state = 'refused', reasons = '{x}'`,
  ])('the database refuses what would change a version that serves: %s', async (change) => {
    const task = aTask(`acme.fixed${change.length}`);
    await store().make(task);
    await trials().decide(task.id, { kind: 'live' });
    await expect(stock.query(`UPDATE task_version SET ${change} WHERE id = $1`, [task.id])).rejects.toThrow(
      /does not change so/,
    );
  });

  test('another tenant finds none of it', async () => {
    const other = await stock.addTenant();
    expect(await store().get(other, 'acme.kept', 1)).toBeNull();
    expect(await store().list(other, null, 10)).toEqual([]);
    expect(await versions().definitionOf(other, 'acme.kept', 1)).toBeNull();
    expect(await versions().standingOf(other, 'acme.kept', null)).toBeNull();
  });
});
