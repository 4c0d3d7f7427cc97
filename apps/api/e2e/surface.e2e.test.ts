import { jobOut, receiptOut, taskOut, type JobOut } from '@winnow/contracts';
import { liftLimits, reviewOf, startApps, untilAllDone, type Answer, type TestApps } from '@winnow/testing';
import { ask } from './ask';

jest.setTimeout(180_000);

let apps: TestApps;

const jobs = '/api/v1/jobs';
const body = (n: number) => ({ task: 'review.sentiment', input: reviewOf(n) });
const bearer = (): Record<string, string> => ({ authorization: `Bearer ${apps.key}` });

interface Page {
  readonly data: JobOut[];
  readonly hasMore: boolean;
}

interface Told {
  readonly id: string | undefined;
  readonly event: string;
  readonly data: Record<string, unknown>;
}

/** What an EventSource would hear, up to `most` events or to the end of the stream. */
const listen = async (job: string, lastEventId?: string, most = Number.POSITIVE_INFINITY): Promise<Told[]> => {
  const headers = { ...bearer(), ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }) };
  const response = await fetch(`${apps.api.url}${jobs}/${job}/events`, { headers });
  const told: Told[] = [];
  let text = '';
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    text += Buffer.from(chunk).toString('utf8');
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const fields = new Map(block.split('\n').map((line) => line.split(/: (.*)/s).slice(0, 2) as [string, string]));
      const event = fields.get('event');
      if (event === undefined) continue;
      told.push({ event, id: fields.get('id'), data: JSON.parse(fields.get('data') ?? '{}') as Told['data'] });
      // Leaving the loop closes the connection.
      if (told.length >= most) return told;
    }
  }
  return told;
};

beforeAll(async () => {
  apps = await startApps();
  await liftLimits(apps);
});

afterAll(() => apps?.stop());

describe('the surface of the api', () => {
  it('takes a job, tells of its end, and hands over its receipt', async () => {
    const { status, headers, body: job } = await apps.api.submit(body(1));
    expect([status, headers.get('location'), headers.get('retry-after')]).toEqual([202, job.urls.self, '2']);
    expect(headers.get('x-winnow-sandbox')).toBe('true');
    const done = await apps.api.done(job.id);
    expect(jobOut.parse(done)).toMatchObject({ id: job.id, state: 'succeeded', done: true, createdAt: job.createdAt });
    const receipt = await apps.api.receipt(job.id);
    expect(receiptOut.parse(receipt.body)).toMatchObject({ job: job.id, id: done.receipt, final: true });
  });

  it('answers at once with the result where it is waited for', async () => {
    const { status, headers, body: job } = await apps.api.submit(body(2), { prefer: 'wait=30' });
    expect([status, headers.get('preference-applied'), job.state]).toEqual([200, 'wait=30', 'succeeded']);
  });

  it('makes one job of 200 parallel posts with one Idempotency-Key', async () => {
    const headers = { 'idempotency-key': 'once' };
    const answers = await Promise.all(Array.from({ length: 200 }, () => apps.api.submit(body(3), headers)));
    expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(1);
    expect(answers.filter((answer) => answer.headers.get('idempotency-replayed') === null)).toHaveLength(1);
    expect(answers.every(({ status }) => status === 202 || status === 200)).toBe(true);
    await apps.api.done(answers[0]?.body.id ?? '');
    expect((await apps.api.submit(body(3), headers)).status).toBe(200);
  });

  it('pages through a list without a gap or an overlap while jobs come', async () => {
    const made: string[] = [];
    for (let n = 0; n < 25; n += 1)
      made.push((await apps.api.submit({ ...body(100 + n), metadata: { list: 'a' } })).body.id);
    const seen: string[] = [];
    let path: string | null = `${jobs}?limit=7&order=asc&metadata[list]=a`;
    while (path !== null) {
      const page: Answer<Page> = await apps.api.send<Page>('GET', path);
      expect(page.status).toBe(200);
      seen.push(...page.body.data.map(({ id }) => id));
      const link: string | undefined = /^<([^>]+)>; rel="next"$/.exec(page.headers.get('link') ?? '')?.[1];
      expect(page.body.hasMore).toBe(link !== undefined);
      path = link ?? null;
      await apps.api.submit(body(200 + seen.length));
    }
    expect(seen).toEqual(made);
    await untilAllDone(apps, 60_000);
  });

  it('tells a story that is the same however often it is cut', async () => {
    const { id } = (await apps.api.submit(body(4))).body;
    const joined: Told[] = [];
    for (let cuts = 0; cuts < 40 && joined.at(-1)?.event !== 'done'; cuts += 1) {
      const [snapshot, ...rest] = await listen(id, joined.at(-1)?.id, 2);
      expect(snapshot?.event).toBe('snapshot');
      joined.push(...rest);
    }
    const stored = await apps.db.query<{ n: number; kind: string; data: object }>(
      'SELECT e.n, e.kind, e.data FROM event e JOIN job j ON j.id = e.job_id ORDER BY j.id DESC, e.n',
    );
    const whole = (await listen(id)).slice(1);
    expect(joined).toEqual(whole);
    expect(joined.map(({ id: n }) => Number(n))).toEqual(joined.map((_, at) => at + 1));
    expect(stored.slice(0, joined.length).map(({ kind }) => kind)).toEqual(joined.map(({ event }) => event));
    const after = await ask(apps.api.url, {
      path: `${jobs}/${id}/events`,
      headers: { ...bearer(), 'last-event-id': String(joined.length) },
    });
    expect(after.status).toBe(204);
    expect((await listen(id, '999'))[0]?.data['gap']).toBe(true);
  });

  it('cancels, and asking again changes nothing', async () => {
    const { id } = (await apps.api.submit(body(5))).body;
    const cancel = () => apps.api.send<JobOut>('POST', `${jobs}/${id}/cancel`);
    expect([200, 202]).toContain((await cancel()).status);
    const done = await apps.api.done(id);
    expect(['canceled', 'succeeded']).toContain(done.state);
    const again = await cancel();
    expect([again.status, again.body]).toEqual([200, done]);
  });

  it('says whether anything has changed', async () => {
    const { id } = (await apps.api.submit(body(6), { prefer: 'wait=30' })).body;
    const first = await apps.api.send('GET', `${jobs}/${id}`);
    const etag = first.headers.get('etag') ?? '';
    const second = await apps.api.send('GET', `${jobs}/${id}`, { headers: { 'if-none-match': etag } });
    expect([second.status, second.headers.get('etag')]).toEqual([304, etag]);
  });

  it('shows its tasks, its key and its health', async () => {
    const list = await apps.api.send<{ data: { name: string }[] }>('GET', '/api/v1/tasks');
    for (const { name } of list.body.data) taskOut.parse((await apps.api.send('GET', `/api/v1/tasks/${name}`)).body);
    const self = await apps.api.send<{ scopes: string[] }>('GET', '/api/v1/keys/self');
    expect(JSON.stringify(self.body)).not.toContain(apps.key);
    expect((await apps.api.send('GET', '/readyz', { key: null })).body).toMatchObject({ status: 'ok', sandbox: true });
    expect(String((await apps.api.send('GET', '/metrics', { key: null })).body)).toContain(
      'winnow_jobs_accepted_total',
    );
  });

  it('documents every route with its problems', async () => {
    interface Operation {
      readonly summary?: string;
      readonly security?: unknown[];
      readonly responses: Record<string, unknown>;
    }
    const { body: document } = await apps.api.send<{ paths: Record<string, Record<string, Operation>> }>(
      'GET',
      '/docs-json',
    );
    const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
    );
    expect(operations.length).toBeGreaterThanOrEqual(12);
    for (const { path, operation } of operations) {
      expect(operation.summary).toBeTruthy();
      if (!path.startsWith('/api/')) continue;
      expect(operation.security).toEqual([{ key: [] }]);
      for (const status of ['401', '403', '429', '503']) expect(operation.responses[status]).toBeDefined();
    }
    expect((await apps.api.send('GET', '/docs')).status).toBe(200);
  });

  it('lets an operator see the queues, and nobody else', async () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const login = (password: string) =>
      ask(apps.api.url, {
        method: 'POST',
        path: '/queues/login',
        headers: form,
        body: `user=operator&password=${password}`,
      });
    expect((await login('wrong')).status).toBe(401);
    const good = await login('operator-of-the-tests');
    expect([good.status, good.headers['location']]).toEqual([303, '/queues/']);
    const cookie = String(good.headers['set-cookie']).split(';')[0];
    const queues = await ask(apps.api.url, { path: '/queues/api/queues', headers: { cookie } });
    const names = (JSON.parse(queues.text) as { queues: { name: string; readOnlyMode: boolean }[] }).queues;
    expect(names).toMatchObject([
      { name: 'analyses', readOnlyMode: true },
      { name: 'executions', readOnlyMode: true },
    ]);
    expect((await ask(apps.api.url, { path: '/queues/', headers: { cookie } })).status).toBe(200);
    const anonymous = await ask(apps.api.url, { path: '/queues/', headers: { accept: 'text/html' } });
    expect([anonymous.status, anonymous.headers['location']]).toEqual([303, '/queues/login']);
    for (let tries = 0; tries < 9; tries += 1) await login('wrong');
    expect((await login('operator-of-the-tests')).status).toBe(429);
  });
});
