import { makeKey, scopes, taskOut, type QuoteOut, type ReviewOut, type TaskOut } from '@winnow/contracts';
import { uuidv7 } from '@winnow/kernel';
import { hashKey } from '@winnow/storage';
import { assertBooksAgree, liftLimits, readBooks, startApps, untilAllDone, type TestApps } from '@winnow/testing';
import { closedSchema, ownTask } from './own-task';

jest.setTimeout(120_000);

type Body = TaskOut & { code?: string; errors?: { pointer: string }[] };

const tasks = '/api/v1/tasks';
const message = { message: 'The lamp came broken and I want my money back' };

let apps: TestApps;
let otherKey: string;

const make = (change: object = {}, options: { key?: string; headers?: Record<string, string> } = {}) =>
  apps.api.send<Body>('POST', tasks, { body: { ...ownTask, ...change }, ...options });
const show = (name: string, version?: number, key?: string) =>
  apps.api.send<Body>('GET', `${tasks}/${name}${version === undefined ? '' : `?version=${version}`}`, { key });

/** A version once its trial has been decided. Its jobs are waited for by the api; the keeper looks once a second. */
const decided = async (name: string, version: number): Promise<Body> => {
  for (const until = Date.now() + 30_000; Date.now() < until;) {
    const { body } = await show(name, version);
    if (body.state !== 'trial') return body;
    for (const job of body.trial?.jobs ?? []) await apps.api.done(job);
  }
  throw new Error(`${name}@${version} is still being tried`);
};

const addTenant = async (slug: string): Promise<string> => {
  const { key, publicId } = makeKey();
  const id = uuidv7();
  await apps.db.query('INSERT INTO tenant (id, slug) VALUES ($1, $2)', [id, slug]);
  await apps.db.query(
    `INSERT INTO api_key (id, tenant_id, name, public_id, secret_hash, scopes, per_minute) VALUES ($1, $2, 'test', $3, $4, $5, 100000)`,
    [uuidv7(), id, publicId, hashKey(key), scopes],
  );
  return key;
};

beforeAll(async () => {
  apps = await startApps();
  await liftLimits(apps);
  await apps.sandbox.control({ latency: { kind: 'fixed', ms: 0 } });
  otherKey = await addTenant('others');
});
afterAll(() => apps?.stop());

describe('a task of one’s own', () => {
  test('is tried, and serves once its samples were answered well', async () => {
    const made = await make({ samples: [{ input: message }] });
    expect(made).toMatchObject({
      status: 201,
      body: { name: ownTask.name, version: 1, state: 'trial', builtIn: false },
    });
    expect(made.headers.get('location')).toBe(`${tasks}/${ownTask.name}?version=1`);
    expect(taskOut.parse(made.body)).toEqual(made.body);
    const early = await apps.api.submit({ task: ownTask.name, version: 1, input: message });
    expect(early).toMatchObject({ status: 422, body: { code: 'task-unknown', errors: [{ pointer: '/version' }] } });
    const live = await decided(ownTask.name, 1);
    expect(live).toMatchObject({ state: 'live', trial: { reasons: [] } });
    expect(live.trial?.jobs).toHaveLength(2);
    const tried = await apps.api.job(live.trial?.jobs[1] ?? '');
    expect(tried.body).toMatchObject({
      task: ownTask.name,
      state: 'succeeded',
      metadata: { 'winnow.trial': 'acme.sort-mail@1', 'winnow.sample': '2' },
      progress: { phase: 'record' },
    });
  });

  test('is used as any other: jobs, quotes, dry runs, files, receipts, usage, reviews', async () => {
    const { status, body: taken } = await apps.api.submit({ task: ownTask.name, input: message });
    expect([status, taken.version, taken.progress.phase]).toEqual([202, 1, 'record']);
    const job = await apps.api.done(taken.id);
    expect(job).toMatchObject({ state: 'succeeded', tier: 'light', result: { desk: expect.any(String) } });
    const receipt = (await apps.api.receipt(job.id)).body;
    expect(receipt.quality.checks.map(({ name }) => name)).toEqual(['schema', 'grounded:quote']);
    expect(await apps.api.submit({ task: ownTask.name, input: { ...message, more: 1 } })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/input/more' }] },
    });
    const quote = (path: string, options: object) => apps.api.send<QuoteOut>('POST', path, options);
    const asked = { task: ownTask.name, input: message };
    expect(await quote('/api/v1/quotes', { body: asked })).toMatchObject({ status: 200, body: { task: ownTask.name } });
    expect(await quote('/api/v1/jobs?dryRun=true', { body: asked })).toMatchObject({ status: 200 });
    const file = { raw: 'message\nfirst\nsecond\n', headers: { 'content-type': 'text/csv' } };
    expect(await quote(`/api/v1/quotes?task=${ownTask.name}`, file)).toMatchObject({ status: 200 });
    await apps.db.query(
      `INSERT INTO review (tenant_id, job_id, task, version, reason, score)
       SELECT tenant_id, id, task, version, 'below-floor', score FROM job WHERE task = $1 ON CONFLICT DO NOTHING`,
      [ownTask.name],
    );
    const reviews = await apps.api.send<{ data: ReviewOut[] }>(
      'GET',
      `/api/v1/reviews?task=${ownTask.name}&state=open`,
    );
    const verdict = (answer: object) =>
      apps.api.send('POST', `/api/v1/reviews/${reviews.body.data[0]?.id}/verdict`, {
        body: { verdict: 'fixed', answer },
      });
    expect(await verdict({ desk: 'lost', quote: '' })).toMatchObject({ status: 422 });
    expect(await verdict({ desk: 'other', quote: 'broken' })).toMatchObject({ status: 200 });
  });

  test('gets a next version, and one that fails its trial does not take its place', async () => {
    const first = await decided(ownTask.name, 1);
    const { result } = (await apps.api.job(first.trial?.jobs[0] ?? '')).body as { result: { desk: string } };
    const wrong = { desk: result.desk === 'other' ? 'orders' : 'other', quote: 'x' };
    const agree = { quote: 'skip' };
    await make({ agree, samples: [{ input: ownTask.example, expected: wrong }] });
    const refused = await decided(ownTask.name, 2);
    expect(refused).toMatchObject({ state: 'refused', version: 2 });
    expect(refused.trial?.reasons).toEqual(['sample 1: its answer is not what was expected, in desk']);
    expect((await show(ownTask.name)).body).toMatchObject({ version: 1, state: 'live' });
    expect(await apps.api.submit({ task: ownTask.name, version: 2, input: message })).toMatchObject({ status: 422 });
    await make({ agree, samples: [{ input: ownTask.example, expected: { desk: result.desk, quote: 'x' } }] });
    expect(await decided(ownTask.name, 3)).toMatchObject({ state: 'live' });
    expect((await apps.api.submit({ task: ownTask.name, input: message })).body.version).toBe(3);
    expect((await apps.api.submit({ task: ownTask.name, version: 1, input: message })).body.version).toBe(1);
  });

  test('is nobody else’s: another tenant does not see it, cannot use it, and may have the name', async () => {
    expect((await show(ownTask.name, undefined, otherKey)).status).toBe(404);
    const asked = { task: ownTask.name, input: message };
    for (const path of ['/api/v1/jobs', '/api/v1/quotes'])
      expect(await apps.api.send('POST', path, { body: asked, key: otherKey })).toMatchObject({
        status: 422,
        body: { code: 'task-unknown' },
      });
    expect((await apps.api.send('POST', `${tasks}/${ownTask.name}/retire`, { key: otherKey })).status).toBe(404);
    expect((await make({ prompt: 'Sort {{message}}.' }, { key: otherKey })).body).toMatchObject({ version: 1 });
    const list = await apps.api.send<{ data: TaskOut[] }>('GET', tasks, { key: otherKey });
    expect(list.body.data.filter(({ builtIn }) => !builtIn).map(({ prompt }) => prompt)).toEqual(['Sort {{message}}.']);
  });

  test('is made once under one Idempotency-Key, however often it is asked for', async () => {
    const name = 'acme.once';
    const headers = { 'idempotency-key': 'once' };
    const answers = await Promise.all(Array.from({ length: 5 }, () => make({ name }, { headers })));
    const made = answers.filter(({ status }) => status !== 409);
    expect(new Set(made.map(({ body }) => body.version))).toEqual(new Set([1]));
    expect(made.filter(({ status }) => status === 201)).toHaveLength(1);
    expect((await make({ name }, { headers })).headers.get('idempotency-replayed')).toBe('true');
    expect((await make({ name, about: 'x' }, { headers })).body.code).toBe('idempotency-key-reused');
    expect((await show(name, 2)).status).toBe(404);
  });

  test('may be made from all sides at once: versions follow each other without holes', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => make({ name: 'acme.many' })));
    expect(answers.map(({ body }) => body.version).sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  test('with 500 fields is answered', async () => {
    const fields = Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`f${n}`, { type: 'boolean' }]));
    const output = closedSchema(fields);
    await make({ name: 'acme.wide', output, checks: [], maxTokens: 8_000 });
    expect(await decided('acme.wide', 1)).toMatchObject({ state: 'live' });
  });

  test('survives the death of the keeper in the middle of its trial', async () => {
    await make({ name: 'acme.survivor' });
    await apps.running('keeper')[0]?.kill('SIGKILL');
    await apps.start('keeper');
    expect(await decided('acme.survivor', 1)).toMatchObject({ state: 'live' });
  });

  test('is retired once and for all, and what was taken still ends', async () => {
    const { body: job } = await apps.api.submit({ task: ownTask.name, input: { message: 'The very last one' } });
    const retire = (query = '') => apps.api.send<Body>('POST', `${tasks}/${ownTask.name}/retire${query}`);
    expect((await retire('?version=1')).body).toMatchObject({ version: 1, state: 'retired' });
    expect((await show(ownTask.name)).body).toMatchObject({ version: 3, state: 'live' });
    const [first, again] = [await retire(), await retire()];
    expect(first).toMatchObject({ status: 200, body: { state: 'retired', retiredAt: expect.any(String) } });
    expect(again.body).toEqual(first.body);
    const late = await apps.api.submit({ task: ownTask.name, input: message });
    expect(late).toMatchObject({ status: 422, body: { code: 'task-retired' } });
    expect(await apps.api.done(job.id)).toMatchObject({ state: 'succeeded', task: ownTask.name });
    expect((await show('acme.once')).body.state).not.toBe('retired');
  });

  test('is one of at most 200, and of at most 1,000 versions', async () => {
    const fill = (name: string, many: number) =>
      apps.db.query(
        `INSERT INTO task_version (id, tenant_id, name, version, content, definition, state, retired_at)
         SELECT gen_random_uuid(), t.id, 'fill.t' || (CASE WHEN $1 = 'tasks' THEN n ELSE 1 END), n + 10, 'record', '{}', 'retired', now()
           FROM tenant t, generate_series(1, $2::int) n WHERE t.slug = $3`,
        [name, many, name],
      );
    const keys = { tasks: await addTenant('tasks'), versions: await addTenant('versions') };
    await fill('tasks', 199);
    await fill('versions', 999);
    for (const key of Object.values(keys)) {
      expect((await make({ name: 'acme.last' }, { key })).status).toBe(201);
      expect(await make({ name: 'acme.over' }, { key })).toMatchObject({
        status: 422,
        body: { errors: [{ pointer: '/name', code: 'too-many' }] },
      });
    }
    expect((await make({ name: 'acme.last' }, { key: keys.tasks })).body.version).toBe(2);
  });

  test('has all that is wrong with it told in one answer, what its form hides included', async () => {
    const { body } = await make({ tier: 'free', prompt: '{{mail}}', checks: [{ check: 'vibes' }] });
    expect(body.errors?.map(({ pointer }) => pointer)).toEqual(
      expect.arrayContaining(['/tier', '/prompt', '/checks/0/check']),
    );
  });

  test('and the books agree', async () => {
    await untilAllDone(apps, 60_000);
    assertBooksAgree(await readBooks(apps.db));
  });
});
