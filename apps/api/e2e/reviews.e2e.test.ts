import type { ReviewOut } from '@winnow/contracts';
import { encodeId } from '@winnow/kernel';
import { reviewOf, startApps, submitMany, untilAllDone, type TestApps } from '@winnow/testing';

jest.setTimeout(120_000);

interface Page {
  readonly data: ReviewOut[];
  readonly hasMore: boolean;
  readonly next: string | null;
}

describe('answers that wait for a person', () => {
  let apps: TestApps;
  beforeAll(async () => {
    apps = await startApps();
    await submitMany(apps.api, 4, 4);
    await untilAllDone(apps, 30_000);
    await apps.db.query(
      `INSERT INTO review (tenant_id, job_id, task, version, reason, score)
       SELECT tenant_id, id, task, version, 'below-floor', score FROM job ON CONFLICT DO NOTHING`,
    );
  });
  afterAll(() => apps?.stop());

  const list = (query = '') => apps.api.send<Page>('GET', `/api/v1/reviews${query}`);
  const say = (id: string, body: unknown) =>
    apps.api.send<ReviewOut & { code?: string; errors?: { pointer: string }[] }>(
      'POST',
      `/api/v1/reviews/${id}/verdict`,
      { body },
    );

  test('are listed with what was asked and answered, a page at a time', async () => {
    const first = await list('?limit=3&state=open');
    expect(first.status).toBe(200);
    expect(first.body.data).toHaveLength(3);
    const second = await list(`?limit=3&state=open&after=${first.body.next}`);
    expect(second.body).toMatchObject({ hasMore: false, next: null });
    const all = [...first.body.data, ...second.body.data];
    expect(new Set(all.map(({ id }) => id)).size).toBe(4);
    expect(all[0]).toMatchObject({
      object: 'review',
      task: 'review.sentiment',
      state: 'open',
      verdict: null,
      answer: { sentiment: expect.any(String) },
    });
    expect(all.map(({ input }) => (input as { text: string }).text).sort()).toEqual(
      [0, 1, 2, 3].map((n) => reviewOf(n).text).sort(),
    );
    expect((await list('?reason=audit')).body.data).toEqual([]);
    expect((await list(`?limit=3&state=decided&after=${first.body.next}`)).body).toMatchObject({
      code: 'cursor-invalid',
    });
  });

  test('are decided once, and the answer becomes a label', async () => {
    const [one, other] = (await list()).body.data;
    const fixed = { sentiment: 'mixed', score: 0.1 };
    const decided = await say(one?.id ?? '', { verdict: 'fixed', answer: fixed, note: 'both sides' });
    expect(decided).toMatchObject({
      status: 200,
      body: { state: 'decided', verdict: 'fixed', fixed, note: 'both sides' },
    });
    expect(await say(one?.id ?? '', { verdict: 'fixed', answer: fixed, note: 'both sides' })).toMatchObject({
      status: 200,
    });
    expect(await say(one?.id ?? '', { verdict: 'right' })).toMatchObject({
      status: 409,
      body: { code: 'state-conflict' },
    });
    expect(await say(other?.id ?? '', { verdict: 'right' })).toMatchObject({ status: 200, body: { fixed: null } });
    expect((await list('?state=decided')).body.data).toHaveLength(2);
    expect(await apps.api.send('GET', `/api/v1/reviews/${one?.id}`)).toMatchObject({
      status: 200,
      body: { verdict: 'fixed' },
    });
  });

  test.each([
    ['no verdict', {}, '/verdict'],
    ['another word', { verdict: 'maybe' }, '/verdict'],
    ['fixed, but not how', { verdict: 'fixed' }, '/answer'],
    ['an answer with another verdict', { verdict: 'wrong', answer: { sentiment: 'mixed', score: 0 } }, '/answer'],
    [
      'an answer that the task cannot give',
      { verdict: 'fixed', answer: { sentiment: 'sad', score: 0 } },
      '/answer/sentiment',
    ],
    ['a field that nobody knows', { verdict: 'right', why: 'x' }, '/why'],
  ])('%s: 422, and nothing is decided', async (_name, body, pointer) => {
    const open = (await list('?state=open')).body.data[0];
    const answer = await say(open?.id ?? '', body);
    expect(answer).toMatchObject({ status: 422, body: { code: 'invalid' } });
    expect(answer.body.errors?.map((fault) => fault.pointer)).toContain(pointer);
    expect((await list('?state=open')).body.data).toHaveLength(2);
  });

  test.each([['rev_1'], [encodeId('rev', '0193aaaa-0000-7000-8000-000000000000')], ['job_01JD0C9V3N8Q4T7Y2X5W6Z1K0M']])(
    '%s is not there',
    async (id) => {
      expect((await apps.api.send('GET', `/api/v1/reviews/${id}`)).status).toBe(404);
      expect((await say(id, { verdict: 'right' })).status).toBe(404);
    },
  );
});
