import { uuidv7 } from '@winnow/kernel';
import { stockDatabase, type StockedDatabase } from '@winnow/testing/stocked-database';
import { createKeys, hashKey } from './keys';
import { registerFirstTenant } from './registrations';

describe('keys', () => {
  let stock: StockedDatabase;
  beforeAll(async () => {
    stock = await stockDatabase();
  });
  afterAll(() => stock.close());

  const first = {
    slug: 'acme',
    key: { publicId: 'a1b2c3d4e5f6', secret: 'wk_secret', scopes: ['jobs:read', 'jobs:write'] },
  };

  test('the first tenant and its key are written once, and found by the public part', async () => {
    await Promise.allSettled([
      registerFirstTenant(stock.db.prisma, first),
      registerFirstTenant(stock.db.prisma, first),
    ]);
    await registerFirstTenant(stock.db.prisma, first);
    expect(await stock.query(`SELECT 1 FROM tenant WHERE slug = 'acme'`)).toHaveLength(1);
    const key = await createKeys(stock.db.prisma).byPublicId('a1b2c3d4e5f6');
    expect(key).toMatchObject({
      tenantSlug: 'acme',
      requestCap: 50_000_000n,
      perMinute: 100,
      maxCost: null,
      idempotency: 'optional',
      scopes: ['jobs:read', 'jobs:write'],
      revokedAt: null,
      expiresAt: null,
      lastUsedAt: null,
    });
    expect(Buffer.from(key?.secretHash ?? [])).toEqual(hashKey('wk_secret'));
    expect(JSON.stringify({ ...key, requestCap: null })).not.toContain('wk_secret');
  });

  test('one that nobody made is not found', async () => {
    expect(await createKeys(stock.db.prisma).byPublicId('000000000000')).toBeNull();
  });

  test('its last use is noted, not more than once a minute', async () => {
    const tenant = await stock.addTenant();
    const id = uuidv7();
    await stock.query(
      `INSERT INTO api_key (id, tenant_id, name, public_id, secret_hash, scopes) VALUES ($1, $2, 'k', 'ffffffffffff', '\\x00', '{}')`,
      [id, tenant],
    );
    const lastUsed = async () =>
      (await stock.query<{ last_used_at: Date | null }>('SELECT last_used_at FROM api_key WHERE id = $1', [id]))[0]
        ?.last_used_at;
    const keys = createKeys(stock.db.prisma);
    await keys.touch(id);
    expect(await lastUsed()).toBeInstanceOf(Date);
    await stock.query('UPDATE api_key SET last_used_at = NULL WHERE id = $1', [id]);
    await keys.touch(id);
    expect(await lastUsed()).toBeNull();
  });
});
