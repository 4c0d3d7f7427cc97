import { makeKey, parseKey, type BudgetEntryOut, type BudgetOut } from '@winnow/contracts';
import { newId, uuidv7 } from '@winnow/kernel';
import { hashKey } from '@winnow/storage';
import { reviewOf, startApps, type Answer, type TestApps } from '@winnow/testing';

jest.setTimeout(90_000);

interface List<Item> {
  readonly data: Item[];
  readonly hasMore: boolean;
  readonly next: string | null;
}
interface ProblemBody {
  readonly code: string;
  readonly errors?: { readonly pointer: string }[];
}

const root = '/api/v1/budgets';

describe('budgets over REST', () => {
  let apps: TestApps;
  beforeAll(async () => {
    apps = await startApps({ env: { SWEEP_EVERY_MS: '300' } });
    await apps.db.query('UPDATE api_key SET per_minute = 100000000');
  });
  afterAll(() => apps?.stop());

  const get = <Body>(path: string, headers: Record<string, string> = {}): Promise<Answer<Body>> =>
    apps.api.send<Body>('GET', `${root}${path}`, { headers });
  const put = <Body = BudgetOut>(scope: string, body: unknown, headers = {}): Promise<Answer<Body>> =>
    apps.api.send<Body>('PUT', `${root}/${encodeURIComponent(scope)}`, { body, headers });
  const submit = (n: number, more = {}) => apps.api.submit({ task: 'review.sentiment', input: reviewOf(n), ...more });

  test('are listed: the request cap, day and month, and whatever has a cap, page by page', async () => {
    const first = await get<List<BudgetOut>>('');
    expect(first.body.data.map(({ scope, cap }) => [scope, cap])).toEqual([
      ['request', '0.050000000'],
      ['tenant-day', '2.000000000'],
      ['tenant-month', null],
    ]);
    for (const scope of ['user:kim', 'user:ä/ö', 'source-day:gleif'])
      expect((await put(scope, { cap: '1.00' })).status).toBe(200);
    const seen: string[] = [];
    for (let after = ''; ;) {
      const { status, body } = await get<List<BudgetOut>>(`?limit=2${after}`);
      expect(status).toBe(200);
      seen.push(...body.data.map(({ scope }) => scope));
      if (!body.hasMore) break;
      after = `&after=${body.next}`;
    }
    expect(seen).toEqual(['request', 'tenant-day', 'tenant-month', 'user:kim', 'user:ä/ö', 'source-day:gleif']);
  });

  test('a cap is set, for now or for the next window, and only over what was read', async () => {
    const { headers } = await get<BudgetOut>('/tenant-month');
    const tag = headers.get('etag') ?? '';
    const set = await put('tenant-month', { cap: '30.00' }, { 'if-match': tag });
    expect(set).toMatchObject({
      status: 200,
      body: { cap: '30.000000000', spent: '0.000000000', left: '30.000000000' },
    });
    expect(await put('tenant-month', { cap: '31.00' }, { 'if-match': tag })).toMatchObject({ status: 412 });
    const later = await put('tenant-month', { cap: '40.00', from: 'next' });
    expect(later.body).toMatchObject({ cap: '30.000000000', next: { cap: '40.000000000', from: set.body.closesAt } });
    const again = await get<BudgetOut>('/tenant-month', { 'if-none-match': later.headers.get('etag') ?? '' });
    expect(again.status).toBe(304);
    expect((await put('request', { cap: '0.04' })).body).toMatchObject({ scope: 'request', cap: '0.040000000' });
    await put('request', { cap: '0.05' });
  });

  test.each([
    [{}, '/cap'],
    [{ cap: 5 }, '/cap'],
    [{ cap: '-1' }, '/cap'],
    [{ cap: '1e3' }, '/cap'],
    [{ cap: '1.0000000001' }, '/cap'],
    [{ cap: '1', from: 'later' }, '/from'],
    [{ cap: '1', until: 'x' }, '/until'],
  ])('the body %j is refused at %s', async (body, pointer) => {
    const answer = await put<ProblemBody>('tenant-day', body);
    expect(answer).toMatchObject({ status: 422, body: { code: 'invalid' } });
    expect(answer.body.errors?.map((error) => error.pointer)).toEqual([pointer]);
  });

  test('a scope that has no next window takes a cap now or not at all', async () => {
    expect(await put<ProblemBody>('request', { cap: '1', from: 'next' })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/from' }] },
    });
  });

  test.each([
    'tenant-year',
    'user:',
    'user:nobody',
    'batch:1',
    `batch:${newId('batch')}`,
    'source-day:a b',
    'request:x',
  ])('%s is not there', async (scope) => {
    expect((await get(`/${encodeURIComponent(scope)}`)).status).toBe(404);
    expect((await get(`/${encodeURIComponent(scope)}/entries`)).status).toBe(404);
  });

  test('caps of another tenant are its own, and a key without the scope is refused', async () => {
    const tenant = uuidv7();
    await apps.db.query(`INSERT INTO tenant (id, slug) VALUES ($1, 'other')`, [tenant]);
    const keyOf = async (scopes: string[]): Promise<string> => {
      const { key } = makeKey();
      await apps.db.query(
        `INSERT INTO api_key (id, tenant_id, name, public_id, secret_hash, scopes) VALUES ($1, $2, 'k', $3, $4, $5)`,
        [uuidv7(), tenant, parseKey(key)?.publicId, hashKey(key), scopes],
      );
      return key;
    };
    const reader = await keyOf(['budgets:read']);
    expect((await apps.api.send('GET', `${root}/user:kim`, { key: reader })).status).toBe(404);
    expect((await apps.api.send('PUT', `${root}/user:kim`, { key: reader, body: { cap: '1' } })).status).toBe(403);
    expect((await apps.api.send('GET', root, { key: await keyOf(['jobs:read']) })).status).toBe(403);
    expect((await apps.api.send('GET', root, { key: null })).status).toBe(401);
  });

  test('what an end user spends counts against the user, and is listed entry by entry', async () => {
    const { body: job } = await submit(1, { user: 'kim' });
    expect(job.user).toBe('kim');
    const done = await apps.api.done(job.id);
    expect(done.state).toBe('succeeded');
    const budget = (await get<BudgetOut>('/user:kim')).body;
    expect(budget).toMatchObject({ spent: done.cost.spent, held: '0.000000000' });
    const { body } = await get<List<BudgetEntryOut>>('/user:kim/entries');
    expect(body.data).toMatchObject([{ kind: 'settled', job: job.id, amount: done.cost.spent }]);
    await submit(2, { user: 'lee' });
    const mine = await apps.api.send<List<{ id: string }>>('GET', '/api/v1/jobs?user=kim');
    expect(mine.body.data.map(({ id }) => id)).toEqual([job.id]);
    expect(
      (await apps.api.submit({ task: 'review.sentiment', input: reviewOf(3), user: 'x'.repeat(129) })).status,
    ).toBe(422);
  });

  test('over budget: refused at once where that was asked for, else parked until a cap is raised', async () => {
    await put('user:kim', { cap: '0.00001' });
    const refused = await submit(10, { user: 'kim', whenOver: 'refuse' });
    expect(refused).toMatchObject({ status: 402, body: { code: 'over-budget', scope: 'user:kim' } });
    for (const member of ['cap', 'spent', 'held', 'resetsAt']) expect(refused.body).toHaveProperty(member);
    const { body: job } = await submit(11, { user: 'kim' });
    for (let state = job.state; state !== 'parked'; state = (await apps.api.job(job.id)).body.state)
      await new Promise((next) => setTimeout(next, 50));
    expect((await get<BudgetOut>('/user:kim')).body.parked).toBe(1);
    expect((await put('user:kim', { cap: '1.00' })).body.parked).toBe(0);
    expect((await apps.api.done(job.id)).state).toBe('succeeded');
  });

  test('100,000 parked jobs are enough', async () => {
    await apps.db.query(
      `INSERT INTO job (id, tenant_id, task, version, input, input_hash, floor, deadline, state, look_at, deadline_at, cap, parked_scope, wants)
       SELECT gen_random_uuid(), t.id, 'review.sentiment', 1, '{}', 'h', 0.8, '1h', 'parked', now() + interval '1 day', now() + interval '1 day',
              50000000, 'tenant-day:', 3000000000 FROM tenant t, generate_series(1, 100000) WHERE t.slug = 'tests'`,
    );
    await new Promise((next) => setTimeout(next, 1_100));
    expect(await submit(20)).toMatchObject({ status: 402, body: { code: 'over-budget', scope: 'tenant-day' } });
    await apps.db.query(`DELETE FROM job WHERE state = 'parked'`);
  });
});
