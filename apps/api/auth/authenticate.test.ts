import { makeKey, Refusal } from '@winnow/contracts';
import { asTenantId, hashKey, type KeyRecord } from '@winnow/storage';
import { createAuthenticate } from './authenticate';
import { createFailureCount } from './failure-count';
import { createKeyCache } from './key-cache';

const now = new Date('2026-11-21T12:00:00Z');
const before = new Date(now.getTime() - 1);
const after = new Date(now.getTime() + 1);

const recordOf = (key: string, publicId: string, more: Partial<KeyRecord> = {}): KeyRecord => ({
  id: '01900000-0000-7000-8000-000000000001',
  tenantId: asTenantId('01900000-0000-7000-8000-000000000002'),
  tenantSlug: 'acme',
  requestCap: 50_000_000n,
  name: 'etl',
  publicId,
  secretHash: hashKey(key),
  scopes: ['jobs:read'],
  perMinute: 100,
  maxCost: null,
  idempotency: 'optional',
  createdAt: now,
  expiresAt: null,
  lastUsedAt: null,
  revokedAt: null,
  ...more,
});

const house = (more: Partial<KeyRecord> = {}) => {
  const { key, publicId } = makeKey();
  const record = recordOf(key, publicId, more);
  const queries: string[] = [];
  const clock = { ms: 0 };
  const nowMs = (): number => clock.ms;
  const byPublicId = async (id: string): Promise<KeyRecord | null> => {
    queries.push(id);
    return id === publicId ? record : null;
  };
  const authenticate = createAuthenticate({
    keys: createKeyCache({ byPublicId }, { nowMs }),
    failures: createFailureCount(10, nowMs),
    now: () => now,
  });
  const codeOf = async (header: string | undefined, address = '10.0.0.1'): Promise<string> => {
    try {
      return (await authenticate(header, address)).tenant;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return error.code;
    }
  };
  return { key, record, queries, clock, codeOf };
};

const typoOf = (key: string): string => key.slice(0, -1) + (key.endsWith('0') ? '1' : '0');

describe('authentication', () => {
  it('finds whose key it is', async () => {
    const { key, record, codeOf } = house();
    expect(await codeOf(`Bearer ${key}`)).toBe(record.tenantId);
    expect(await codeOf(`bearer  ${key} `)).toBe(record.tenantId);
  });

  it.each<[string, Partial<KeyRecord>, boolean]>([
    ['expired', { expiresAt: before }, false],
    ['about to expire', { expiresAt: after }, true],
    ['revoked', { revokedAt: before }, false],
    ['revoked from later on', { revokedAt: after }, true],
    ['of another secret', { secretHash: hashKey('another') }, false],
  ])('a key that is %s', async (_, more, good) => {
    const { key, record, codeOf } = house(more);
    expect(await codeOf(`Bearer ${key}`)).toBe(good ? record.tenantId : 'unauthenticated');
  });

  it.each([undefined, '', 'Bearer', 'Bearer ', 'Basic abc', 'wk_', 'Bearer sk-123'])(
    '%j costs no query',
    async (header) => {
      const { queries, codeOf } = house();
      expect([await codeOf(header), queries]).toEqual(['unauthenticated', []]);
    },
  );

  it('a typo costs no query', async () => {
    const { key, queries, codeOf } = house();
    expect([await codeOf(`Bearer ${typoOf(key)}`), queries]).toEqual(['unauthenticated', []]);
  });

  it('asks once in five seconds, and then again', async () => {
    const { key, queries, clock, codeOf } = house();
    await Promise.all([codeOf(`Bearer ${key}`), codeOf(`Bearer ${key}`)]);
    clock.ms = 4_999;
    await codeOf(`Bearer ${key}`);
    expect(queries).toHaveLength(1);
    clock.ms = 5_000;
    await codeOf(`Bearer ${key}`);
    expect(queries).toHaveLength(2);
  });

  it('hears no more of an address after ten failures, but for a key it knows', async () => {
    const { key, record, clock, codeOf, queries } = house();
    await codeOf(`Bearer ${key}`);
    const wrong = `Bearer ${makeKey().key}`;
    for (let n = 0; n < 10; n += 1) expect(await codeOf(wrong)).toBe('unauthenticated');
    expect(await codeOf(wrong)).toBe('rate-limited');
    const asked = queries.length;
    expect(await codeOf(`Bearer ${makeKey().key}`)).toBe('rate-limited');
    expect(queries).toHaveLength(asked);
    expect(await codeOf(`Bearer ${key}`)).toBe(record.tenantId);
    expect(await codeOf(wrong, '10.0.0.2')).toBe('unauthenticated');
    clock.ms = 60_000;
    expect(await codeOf(wrong)).toBe('unauthenticated');
  });

  it('does not count who sent no key at all', async () => {
    const { codeOf } = house();
    for (let n = 0; n < 30; n += 1) expect(await codeOf(undefined)).toBe('unauthenticated');
  });
});
