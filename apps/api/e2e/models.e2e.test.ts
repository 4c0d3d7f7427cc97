import { makeKey, modelOut, type ModelOut } from '@winnow/contracts';
import { uuidv7 } from '@winnow/kernel';
import { hashKey } from '@winnow/storage';
import { liftLimits, reviewOf, startApps, untilAllDone, type TestApps } from '@winnow/testing';

jest.setTimeout(180_000);

let apps: TestApps;
const models = '/api/v1/models';
const mini = `${models}/${encodeURIComponent('openai/gpt-4o-mini')}`;
const get = async (id: string): Promise<ModelOut> =>
  modelOut.parse((await apps.api.send('GET', `${models}/${encodeURIComponent(id)}`)).body);
const inForce = (model: ModelOut) => model.prices.find((one) => one.inForce && one.serviceTier === 'default');

beforeAll(async () => {
  apps = await startApps();
  await liftLimits(apps);
});
afterAll(() => apps?.stop());

describe('models and their prices', () => {
  it('lists the models of the configured providers, each with the prices in force', async () => {
    const { body } = await apps.api.send<{ data: ModelOut[] }>('GET', models);
    const all = body.data.map((one) => modelOut.parse(one));
    expect(all[0]).toMatchObject({ id: 'openai/gpt-4o-mini', tier: 'ultra', enabled: true, context: 128_000 });
    expect(inForce(all[0] as ModelOut)).toMatchObject({
      version: 'openai/gpt-4o-mini@2024-07-18',
      input: '0.150000000',
      batchRate: '0.500000',
    });
    expect(all.find(({ id }) => id === 'openai/gpt-3.5-turbo')).toMatchObject({ enabled: false, tier: 'medium' });
  });

  it('finds one by its name alone, and says when nothing has changed', async () => {
    const first = await apps.api.send<ModelOut>('GET', `${models}/gpt-4o`);
    expect(first.body.id).toBe('openai/gpt-4o');
    const headers = { 'if-none-match': first.headers.get('etag') ?? '' };
    expect((await apps.api.send('GET', `${models}/gpt-4o`, { headers })).status).toBe(304);
    expect((await apps.api.send('GET', `${models}/none`)).status).toBe(404);
  });

  it('prices a model of any server; one without a price is listed, disabled and refused', async () => {
    const place = `${models}/${encodeURIComponent('gemini/my-model')}`;
    await apps.db.query(`INSERT INTO model (provider, model, set_by) VALUES ('gemini', 'my-model', 'operator')`);
    expect(await get('gemini/my-model')).toMatchObject({ enabled: false, tier: null, prices: [] });
    const refused = await apps.api.send('PATCH', place, { body: { enabled: true } });
    expect([refused.status, refused.body]).toMatchObject([422, { code: 'model-unpriced' }]);
    const price = { input: '0.5', output: '2', from: '2026-01-01T00:00:00Z' };
    const priced = await apps.api.send<ModelOut>('POST', `${place}/prices`, { body: price });
    expect([priced.status, priced.body.tier]).toEqual([201, 'medium']);
    expect((await apps.api.send('POST', `${place}/prices`, { body: price })).status).toBe(409);
    const on = await apps.api.send<ModelOut>('PATCH', place, { body: { enabled: true, tier: 'premium', order: 0 } });
    expect(on.body).toMatchObject({ enabled: true, tier: 'premium', order: 0 });
    await apps.api.send('PATCH', place, { body: { enabled: false, tier: null } });
    expect(await get('gemini/my-model')).toMatchObject({ enabled: false, tier: 'medium' });
  });

  it('shows the breaker that all processes share, and lets an operator force it', async () => {
    expect((await get('openai/gpt-4o-mini')).breaker).toBe('closed');
    for (const [breaker, shown] of [
      ['open', 'open'],
      [null, 'open'],
      ['closed', 'closed'],
    ] as const) {
      const { status, body } = await apps.api.send<ModelOut>('PATCH', mini, { body: { breaker } });
      expect([status, body.breaker]).toEqual([200, shown]);
    }
    expect((await apps.api.send('PATCH', mini, { body: { breaker: 'half-open' } })).status).toBe(422);
  });

  it('changes a model only as it was read, where If-Match says so', async () => {
    const { headers } = await apps.api.send('GET', mini);
    const tag = { 'if-match': headers.get('etag') ?? '' };
    const first = await apps.api.send<ModelOut>('PATCH', mini, { headers: tag, body: { order: 3 } });
    expect([first.status, first.body.order]).toEqual([200, 3]);
    const second = await apps.api.send('PATCH', mini, { headers: tag, body: { order: 4 } });
    expect([second.status, second.body]).toMatchObject([412, { code: 'precondition-failed' }]);
    expect((await get('openai/gpt-4o-mini')).order).toBe(3);
    const now = { 'if-match': first.headers.get('etag') ?? '' };
    const both = [0, 0].map((order) => apps.api.send('PATCH', mini, { headers: now, body: { order } }));
    expect((await Promise.all(both)).map(({ status }) => status).toSorted()).toEqual([200, 412]);
  });

  it('adds a price once under a key', async () => {
    const place = `${models}/${encodeURIComponent('groq/priced-once')}/prices`;
    const post = (key: string, body: object) =>
      apps.api.send<ModelOut & { code: string }>('POST', place, { headers: { 'idempotency-key': key }, body });
    const all = await Promise.all(Array.from({ length: 8 }, () => post('a', { input: '1', output: '2' })));
    expect(all.map(({ status }) => status)).toEqual(all.map(() => 201));
    expect(all.filter(({ headers }) => headers.get('idempotency-replayed') === null)).toHaveLength(1);
    expect(new Set(all.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(all[0]?.body.prices).toHaveLength(1);
    const other = await post('a', { input: '1', output: '3' });
    expect([other.status, other.body.code]).toEqual([422, 'idempotency-key-reused']);
    // A price that was refused left its key free.
    const from = all[0]?.body.prices[0]?.from;
    expect((await post('b', { input: '1', output: '2', from })).status).toBe(409);
    expect((await post('b', { input: '1', output: '2', from: '2026-01-01T00:00:00Z' })).status).toBe(201);
  });

  it.each([
    ['money that is a number', { input: 0.5, output: '2' }],
    ['a free one', { input: '0', output: '2' }],
    ['an unknown field', { input: '1', output: '2', free: true }],
    ['a batch that is free', { input: '1', output: '2', batchRate: '0.0' }],
  ])('refuses a price: %s', async (_name, body) =>
    expect((await apps.api.send('POST', `${mini}/prices`, { body })).status).toBe(422),
  );

  it('lets operators alone change them', async () => {
    const { key, publicId } = makeKey();
    await apps.db.query(
      `INSERT INTO api_key (id, tenant_id, name, public_id, secret_hash, scopes) SELECT $1, id, 'reader', $2, $3, '{jobs:read}' FROM tenant`,
      [uuidv7(), publicId, hashKey(key)],
    );
    expect((await apps.api.send('GET', mini, { key })).status).toBe(200);
    expect((await apps.api.send('PATCH', mini, { key, body: { enabled: false } })).status).toBe(403);
    expect((await apps.api.send('POST', `${mini}/prices`, { key, body: { input: '1', output: '1' } })).status).toBe(
      403,
    );
  });

  it('settles what was held at the price it was held at, whatever was set meanwhile', async () => {
    await apps.sandbox.control({ hold: true });
    const { id } = (await apps.api.submit({ task: 'review.sentiment', input: reviewOf(1) })).body;
    await apps.sandbox.wait({ inFlight: 1 });
    const { status } = await apps.api.send('POST', `${mini}/prices`, { body: { input: '15', output: '60' } });
    expect(status).toBe(201);
    await apps.sandbox.control({ hold: false });
    await apps.api.done(id);
    const receipt = (await apps.api.receipt(id)).body;
    expect(receipt.attempts.map(({ price }) => price)).toEqual(['openai/gpt-4o-mini@2024-07-18']);
    const billed = (await apps.sandbox.invoice()).find(({ billed }) => billed);
    expect(`0.${String(billed?.nano).padStart(9, '0')}`).toBe(receipt.actual);
    expect((await get('openai/gpt-4o-mini')).tier).toBe('premium');
    await untilAllDone(apps, 30_000);
  });
});
