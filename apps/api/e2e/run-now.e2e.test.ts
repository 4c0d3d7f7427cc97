import type { JobOut } from '@winnow/contracts';
import {
  assertBooksAgree,
  assertInvoiceAgrees,
  assertReceiptAdds,
  liftLimits,
  readBooks,
  reviewOf,
  startApps,
  untilAllDone,
  untilHoldsClosed,
  type TestApps,
} from '@winnow/testing';

jest.setTimeout(180_000);

let apps: TestApps;

const terms = { deadline: '60s' };
const wait = { prefer: 'wait=30' };
const now = (n: number, more: object = {}) => ({ task: 'review.sentiment', input: reviewOf(n), terms, ...more });
const detailed = (n: number) => now(n, { input: { ...reviewOf(n), detail: true } });

interface Told {
  readonly id: string | undefined;
  readonly event: string;
  readonly data: Record<string, unknown>;
}

const read = async (response: Response): Promise<Told[]> =>
  (await response.text()).split('\n\n').flatMap((block) => {
    const fields = new Map(block.split('\n').map((line) => line.split(/: (.*)/s).slice(0, 2) as [string, string]));
    const event = fields.get('event');
    return event === undefined ? [] : [{ event, id: fields.get('id'), data: JSON.parse(fields.get('data') ?? '{}') }];
  });

const post = (body: unknown, headers: Record<string, string>, signal?: AbortSignal): Promise<Response> =>
  fetch(`${apps.api.url}/api/v1/jobs`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apps.key}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
    signal,
  });
const follow = async (body: unknown): Promise<Told[]> => read(await post(body, { accept: 'text/event-stream' }));

const jobOfStream = (told: readonly Told[]): JobOut => told[0]?.data as unknown as JobOut;
const textOf = (told: readonly Told[]): string =>
  told.flatMap(({ event, data }) => (event === 'token' ? [data['text']] : [])).join('');

const checkBooks = async (): Promise<void> => {
  assertBooksAgree(await readBooks(apps.db));
  await assertInvoiceAgrees(apps.db, await apps.sandbox.invoice());
};

// No collector and no executor: what ends here was run by the api.
beforeAll(async () => {
  apps = await startApps({
    apps: { collector: 0, executor: 0 },
    env: {
      RUN_NOW_SLOTS: '100',
      WORKER_GONE_AFTER_MS: '3000',
      SWEEP_EVERY_MS: '500',
      PROVIDER_TIMEOUT_MS: '4000',
    },
  });
  await liftLimits(apps);
});
afterEach(() => apps.sandbox.reset());
afterAll(() => apps?.stop());

describe('a job that is due within a minute and waited for', () => {
  it('is answered at once, with a receipt that adds up', async () => {
    const { status, body: job } = await apps.api.submit(now(1), wait);
    expect([status, job.state, job.lane, job.attempts, job.redeliveries]).toEqual([200, 'succeeded', 'direct', 1, 0]);
    const { body: receipt } = await apps.api.receipt(job.id);
    assertReceiptAdds(receipt);
    expect(receipt.lines.map(({ stage }) => stage)).toEqual([
      'route',
      'plan',
      'hold',
      'execute',
      'score',
      'escalate',
      'audit',
      'settle',
    ]);
    expect(await apps.db.query('SELECT 1 FROM outbox')).toEqual([]);
    const [row] = await apps.db.query<object>('SELECT plan IS NOT NULL AS planned, tier, worker_id FROM job');
    expect(row).toEqual({ planned: true, tier: 'ultra', worker_id: null });
  });

  it('is one job for one Idempotency-Key, however often it is asked for', async () => {
    const headers = { ...wait, 'idempotency-key': 'now' };
    const answers = await Promise.all(Array.from({ length: 30 }, () => apps.api.submit(now(2), headers)));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(answers.every(({ status, body }) => status === 200 && body.attempts === 1)).toBe(true);
  });

  it('is one of a hundred at the same time', async () => {
    const answers = await Promise.all(Array.from({ length: 100 }, (_, n) => apps.api.submit(now(100 + n), wait)));
    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
    await checkBooks();
  });

  it('goes on when its caller hangs up', async () => {
    await apps.sandbox.control({ hold: true });
    const leaving = new AbortController();
    const answer = post(now(3, { metadata: { left: 'yes' } }), wait, leaving.signal).catch(
      (error: Error) => error.name,
    );
    await apps.sandbox.wait({ inFlight: 1 });
    leaving.abort();
    expect(await answer).toBe('AbortError');
    await apps.sandbox.control({ hold: false });
    expect(await untilAllDone(apps, 20_000)).toEqual({ succeeded: 103 });
    await checkBooks();
  });

  it('never passes a budget: refused where it says so, parked otherwise', async () => {
    const { status } = await apps.api.send('PUT', '/api/v1/budgets/user:kim', { body: { cap: '0.000001' } });
    expect(status).toBe(200);
    const refused = await apps.api.submit(now(4, { user: 'kim', whenOver: 'refuse' }), wait);
    expect(refused.status).toBe(402);
    const parked = await apps.api.submit(now(5, { user: 'kim' }), wait);
    expect([parked.status, parked.body.state, parked.body.cost.held]).toEqual([202, 'parked', '0.000000000']);
    const canceled = await apps.api.send<JobOut>('POST', `/api/v1/jobs/${parked.body.id}/cancel`);
    expect([canceled.status, canceled.body.state]).toEqual([200, 'canceled']);
  });

  it('is canceled in mid-call: what was sent is charged and handed over', async () => {
    await apps.sandbox.control({ hold: true });
    const answer = apps.api.submit(now(6), wait);
    await apps.sandbox.wait({ inFlight: 1 });
    const [row] = (await apps.api.send<{ data: JobOut[] }>('GET', '/api/v1/jobs?state=running')).body.data;
    expect((await apps.api.send('POST', `/api/v1/jobs/${row?.id}/cancel`)).status).toBe(202);
    await apps.sandbox.control({ hold: false });
    expect((await answer).body).toMatchObject({ state: 'canceled', attempts: 1 });
    await checkBooks();
  });

  it('needs no Redis', async () => {
    await apps.start('api', { REDIS_URL: 'redis://127.0.0.1:1' });
    const { status, body } = await apps.apiOf(1).submit(now(7), wait);
    expect([status, body.state]).toEqual([200, 'succeeded']);
  });
});

describe('a job that is followed as it runs', () => {
  it('tells its fields and its text as they are written, and the same again to whoever comes later', async () => {
    await apps.sandbox.control({ latency: { kind: 'fixed', ms: 5, tokenMs: 120 } });
    const told = await follow(detailed(20));
    expect([told[0]?.event, told.at(-1)?.event]).toEqual(['snapshot', 'done']);
    const result = told.find(({ event }) => event === 'result')?.data['result'] as Record<string, unknown>;
    const fields = told.flatMap(({ event, data }) =>
      event === 'field' ? [[String(data['path']).slice(1), data['value']]] : [],
    );
    expect(Object.fromEntries(fields)).toEqual(result);
    expect(textOf(told)).toBe(result['summary']);
    expect(told.filter(({ event }) => event === 'token').length).toBeGreaterThan(1);
    expect(told.some(({ event }) => event === 'progress')).toBe(true);
    expect(told.slice(1).map(({ id }) => Number(id))).toEqual(told.slice(1).map((_, at) => at + 1));
    const { id } = jobOfStream(told);
    const again = (headers: Record<string, string>) =>
      fetch(`${apps.api.url}/api/v1/jobs/${id}/events`, {
        headers: { authorization: `Bearer ${apps.key}`, ...headers },
      });
    expect((await read(await again({}))).slice(1)).toEqual(told.slice(1));
    expect((await read(await again({ 'last-event-id': '4' }))).slice(1)).toEqual(told.slice(5));
    await checkBooks();
  });

  it('begins again behind a stream that was cut, and counts what was cut as billed', async () => {
    await apps.sandbox.control({
      latency: { kind: 'fixed', ms: 5, tokenMs: 5 },
      faults: [{ kind: 'cut', after: 12, nth: [1] }],
    });
    const told = await follow(detailed(21));
    expect(told.at(-1)).toMatchObject({ event: 'done', data: { state: 'succeeded' } });
    const restart = told.findIndex(({ event, data }) => event === 'progress' && data['restart'] === true);
    expect(restart).toBeGreaterThan(0);
    const result = told.find(({ event }) => event === 'result')?.data['result'] as Record<string, unknown>;
    expect(textOf(told.slice(restart))).toBe(result['summary']);
    const { body } = await apps.api.receipt(jobOfStream(told).id);
    expect(body.attempts.map(({ state }) => state)).toEqual(['unknown', 'settled']);
    assertReceiptAdds(body);
    await checkBooks();
  });

  it('is not stopped by a reader who leaves', async () => {
    await apps.sandbox.control({ latency: { kind: 'fixed', ms: 5, tokenMs: 20 } });
    const leaving = new AbortController();
    const response = await post(detailed(22), { accept: 'text/event-stream' }, leaving.signal);
    await response.body?.getReader().read();
    leaving.abort();
    const id = response.headers.get('location')?.split('/').at(-1) ?? '';
    expect(await apps.api.done(id)).toMatchObject({ state: 'succeeded', attempts: 1 });
    await checkBooks();
  });
});

describe('an api that is killed in mid-call', () => {
  it('leaves its job to the queue, and the call that nobody heard of in the ledger', async () => {
    await apps.sandbox.control({ hold: true });
    const unanswered = apps.api.submit(now(30), wait).catch(() => 'cut');
    await apps.sandbox.wait({ inFlight: 1 });
    await apps.running('api')[0]?.kill('SIGKILL');
    expect(await unanswered).toBe('cut');
    await apps.sandbox.control({ hold: false });
    await Promise.all([apps.start('collector'), apps.start('executor')]);
    const { canceled } = await untilAllDone(apps, 60_000);
    expect(canceled).toBe(2);
    await untilHoldsClosed(apps, 30_000);
    const [row] = await apps.db.query<object>(
      `SELECT j.deaths, j.state, j.attempts, array_agg(h.state ORDER BY a.n) AS holds
         FROM job j JOIN attempt a ON a.job_id = j.id JOIN hold h ON h.id = a.id WHERE j.deaths > 0 GROUP BY j.id`,
    );
    expect(row).toEqual({ deaths: 1, state: 'succeeded', attempts: 2, holds: ['unknown', 'settled'] });
    await checkBooks();
  });
});
