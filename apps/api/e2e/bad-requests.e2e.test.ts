import { connect } from 'node:net';
import { makeKey, problemSchema, type Scope } from '@winnow/contracts';
import { encodeId, uuidv7 } from '@winnow/kernel';
import { hashKey } from '@winnow/storage';
import { liftLimits, startApps, type TestApps } from '@winnow/testing';
import { ask, type Answer } from './ask';
import { badRequests } from './bad-requests/bad-requests';
import type { BadRequest, House } from './bad-requests/house';

jest.setTimeout(120_000);

let apps: TestApps;
let house: House;

interface KeyOptions {
  readonly scopes?: readonly Scope[];
  readonly maxCost?: number;
  readonly idempotency?: string;
  readonly revoked?: boolean;
  readonly expired?: boolean;
  readonly tenant?: string;
}

const past = new Date(Date.now() - 60_000);

const addKey = async (options: KeyOptions): Promise<string> => {
  const {
    scopes = ['jobs:read', 'jobs:write', 'tasks:write', 'budgets:read', 'budgets:write', 'usage:read'],
    tenant = 'tests',
    maxCost = null,
    idempotency = 'optional',
  } = options;
  const { key, publicId } = makeKey();
  await apps.db.query(
    `INSERT INTO api_key (id, tenant_id, name, public_id, secret_hash, scopes, per_minute, max_cost, idempotency, revoked_at, expires_at)
     SELECT $1, id, 'test', $2, $3, $4, 1000000, $5, $6, $7, $8 FROM tenant WHERE slug = $9`,
    [
      uuidv7(),
      publicId,
      hashKey(key),
      scopes,
      maxCost,
      idempotency,
      options.revoked ? past : null,
      options.expired ? past : null,
      tenant,
    ],
  );
  return key;
};

const submit = async (key: string, headers: Record<string, string> = {}): Promise<string> => {
  const { status, text } = await ask(apps.api.url, {
    method: 'POST',
    path: '/api/v1/jobs',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ task: 'review.sentiment', input: { text: 'Great sound' } }),
  });
  if (status !== 202) throw new Error(`a good request was answered ${status}: ${text}`);
  return (JSON.parse(text) as { id: string }).id;
};

const cursorOf = async (): Promise<string> => {
  const page = await apps.api.send<{ next: string }>('GET', '/api/v1/jobs?limit=1');
  return page.body.next;
};

const build = async (): Promise<House> => {
  await apps.db.query(`INSERT INTO tenant (id, slug) VALUES ($1, 'others')`, [uuidv7()]);
  const foreign = await addKey({ tenant: 'others' });
  const job = await submit(apps.key, { 'idempotency-key': 'first' });
  await submit(apps.key);
  return {
    key: apps.key,
    usageKey: await addKey({ scopes: ['usage:read'] }),
    smallKey: await addKey({ maxCost: 10_000_000 }),
    strictKey: await addKey({ idempotency: 'required' }),
    revokedKey: await addKey({ revoked: true }),
    expiredKey: await addKey({ expired: true }),
    unknownKey: makeKey().key,
    job,
    foreignJob: await submit(foreign),
    cursor: await cursorOf(),
  };
};

const tables = [
  'job',
  'idempotency',
  'event',
  'attempt',
  'hold',
  'entry',
  'receipt',
  'quote',
  'budget',
  'budget_rule',
  'task_version',
  'task_sample',
] as const;

// Hints leave the outbox by themselves: what matters is that none came, which the sequence tells.
const counts = async (): Promise<Record<string, string>> => {
  const each = tables.map((table) => `(SELECT count(*) FROM ${table}) AS ${table}`);
  const rows = await apps.db.query<Record<string, string>>(
    `SELECT ${each.join(', ')}, (SELECT last_value FROM outbox_id_seq) AS outbox`,
  );
  return rows[0] ?? {};
};

const pointersOf = (problem: Record<string, unknown>): string[] =>
  ((problem['errors'] ?? []) as { pointer: string }[]).map(({ pointer }) => pointer);

/** What is not as it has to be about the answer to one bad request; null when all is well. */
const faultOf = ({ expect: expected }: BadRequest, { status, headers, text }: Answer): string | null => {
  if (status !== expected.status) return `${status}, not ${expected.status}: ${text.slice(0, 300)}`;
  if (headers['content-type'] !== 'application/problem+json') return `the type ${headers['content-type']}`;
  const problem = problemSchema.safeParse(JSON.parse(text));
  if (!problem.success) return `no problem: ${text.slice(0, 300)}`;
  const { code, instance, status: told } = problem.data;
  if (code !== expected.code || told !== status) return `the code ${code}, not ${expected.code}`;
  if (instance !== `/requests/${headers['x-request-id']}`) return 'an instance that is not the request id';
  if (headers['cache-control'] !== 'no-store') return 'an answer that may be stored';
  if (status === 401 && headers['www-authenticate'] === undefined) return 'no WWW-Authenticate';
  if (status === 405 && headers['allow'] === undefined) return 'no Allow';
  const { pointer } = expected;
  const pointers = pointersOf(problem.data);
  return pointer === undefined || pointers.includes(pointer) ? null : `${JSON.stringify(pointers)}, not ${pointer}`;
};

const talk = (text: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(apps.api.url);
    const socket = connect(Number(port), hostname, () => socket.write(text));
    let heard = '';
    socket.on('data', (chunk) => (heard += chunk));
    socket.on('close', () => resolve(heard));
    socket.on('error', reject);
  });

beforeAll(async () => {
  apps = await startApps({ apps: { sandbox: 0, collector: 0, executor: 0 } });
  await liftLimits(apps);
  house = await build();
});

afterAll(() => apps?.stop());

describe('bad requests', () => {
  it('are at least 200 of at least 20 kinds; each gets its own problem, none a 5xx, and none changes anything', async () => {
    const requests = badRequests(house);
    expect(requests.length).toBeGreaterThanOrEqual(200);
    expect(new Set(requests.map(({ kind }) => kind)).size).toBeGreaterThanOrEqual(20);
    const before = await counts();
    const faults: string[] = [];
    for (const one of requests) {
      const answer = await ask(apps.api.url, one).catch((error: Error) => error);
      const fault = answer instanceof Error ? answer.message : faultOf(one, answer);
      if (fault !== null) faults.push(`${one.kind}: ${one.name}: got ${fault}`);
    }
    expect(faults).toEqual([]);
    expect(await counts()).toEqual(before);
  });

  it('after ten failed authentications the address waits, and a key that is known does not', async () => {
    const failing = () =>
      ask(apps.api.url, { path: '/api/v1/jobs', headers: { authorization: `Bearer ${makeKey().key}` } });
    const answers: Answer[] = [];
    for (let n = 0; n < 11; n += 1) answers.push(await failing());
    const last = answers.at(-1);
    expect(last?.status).toBe(429);
    expect(Number(last?.headers['retry-after'])).toBeGreaterThan(0);
    expect((await apps.api.send('GET', '/api/v1/keys/self')).status).toBe(200);
  });

  it('what is no HTTP is answered as a problem too', async () => {
    for (const text of ['NONSENSE\r\n\r\n', 'GET / HTTP/9.9\r\n\r\n', 'GET /\u0001 HTTP/1.1\r\nHost: x\r\n\r\n']) {
      const heard = await talk(text);
      expect(heard).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
      expect(problemSchema.parse(JSON.parse(heard.slice(heard.indexOf('{')))).code).toBe('malformed-body');
    }
  });

  it('a client that leaves in the middle of its body leaves nothing behind', async () => {
    const before = await counts();
    const { hostname, port } = new URL(apps.api.url);
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), hostname, () => {
        socket.write(
          `POST /api/v1/jobs HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${apps.key}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"task":`,
        );
        setImmediate(() => socket.destroy());
      });
      socket.on('close', () => resolve());
    });
    expect((await apps.api.send('GET', '/healthz')).status).toBe(200);
    expect(await counts()).toEqual(before);
  });

  it('an id is well formed or not there, but the foreign one is really there', async () => {
    const rows = await apps.db.query<{ id: string }>(
      `SELECT j.id FROM job j JOIN tenant t ON t.id = j.tenant_id WHERE t.slug = 'others'`,
    );
    expect(rows.map(({ id }) => encodeId('job', id))).toEqual([house.foreignJob]);
  });
});
