import { jobOut, routeOut, taskQualityOut, type RouteOut } from '@winnow/contracts';
import { liftLimits, startApps, type TestApps } from '@winnow/testing';

jest.setTimeout(120_000);

const technical =
  'CPU XR-500 at 3.2 GHz with 16 GB memory, latency 20 ms, voltage 12 v, protocol RS-485, better than XR-300 at 2.1 GHz';

describe('where a job would begin', () => {
  let apps: TestApps;
  beforeAll(async () => {
    apps = await startApps();
    await liftLimits(apps);
  });
  afterAll(() => apps?.stop());

  const preview = async (input: object, terms: object = {}): Promise<RouteOut> => {
    const answer = await apps.api.send('POST', '/api/v1/models/route', {
      body: { task: 'review.sentiment', input, terms },
    });
    expect(answer.status).toBe(200);
    return routeOut.parse(answer.body);
  };

  test('a simple review at the tier of its task, with the parts of its score', async () => {
    const seen = await preview({ text: 'Great sound, poor battery', category: 'Electronics' });
    expect(seen).toMatchObject({
      tier: 'ultra',
      chosen: 'openai/gpt-4o-mini',
      router: null,
      features: [],
      complexity: { tier: 'ultra', domain: 0.3, weights: { technical: 0.35 }, cuts: [0.35, 0.55, 0.75, 0.9] },
    });
    const { weights, score, ...parts } = seen.complexity;
    const sum = (['technical', 'sentiment', 'length', 'domain'] as const).reduce(
      (total, name) => total + weights[name] * parts[name],
      0,
    );
    expect(sum).toBeCloseTo(score, 3);
    expect(seen.ladder.map(({ quality }) => quality)).toEqual(seen.ladder.map(() => null));
  });

  test('a technical one further up, as far as its cap allows; the cheap rung stays in reach', async () => {
    const seen = await preview({ text: technical });
    expect([seen.tier, seen.why]).toEqual(['light', expect.stringContaining('complexity')]);
    expect(seen.ladder.map(({ model }) => model)).toContain('gpt-4o-mini');
    const cap = seen.ladder.find(({ model }) => model === 'gpt-4o-mini')?.worst ?? '';
    expect(cap < (seen.ladder[0]?.worst ?? '')).toBe(true);
    expect((await preview({ text: technical }, { maxCost: cap })).tier).toBe('ultra');
  });

  test('writes nothing, and a job goes the way that was shown', async () => {
    expect(await apps.db.query('SELECT 1 FROM job')).toEqual([]);
    const { chosen } = await preview({ text: technical });
    const { id } = (await apps.api.submit({ task: 'review.sentiment', input: { text: technical } })).body;
    expect(jobOut.parse(await apps.api.done(id))).toMatchObject({ state: 'succeeded', tier: 'light' });
    const receipt = (await apps.api.receipt(id)).body;
    expect(`${receipt.attempts[0]?.provider}/${receipt.attempts[0]?.model}`).toContain(chosen);
    expect(receipt.lines[0]?.why).toContain('starts at light');
  });

  test('strict terms make a failure of an answer under its floor, which is handed over', async () => {
    // the checks of this task know the mistakes that the sandbox makes in it
    const input = { query: 'A vegan face cream' };
    const models = await apps.db.query<{ model: string }>('SELECT DISTINCT model FROM model');
    const errorRate = Object.fromEntries(models.map(({ model }) => [model, 1]));
    await apps.sandbox.control({ quality: { errorRate } });
    const terms = { quality: 1, strict: true };
    const answer = await apps.api.submit({ task: 'content.formulation', input, terms });
    expect(answer.body.terms.strict).toBe(true);
    const job = jobOut.parse(await apps.api.done(answer.body.id));
    expect(job).toMatchObject({
      state: 'failed',
      error: { code: 'below-floor', retryable: false },
      quality: { met: false },
    });
    expect(job.result).toMatchObject({ ingredients: expect.any(Array) });
    const { body } = await apps.api.receipt(job.id);
    expect([body.answer, body.baseline.cost === '0.000000000']).toEqual([expect.any(Number), false]);
  });

  test('a task without answers has no quality yet; one that nobody knows is not there', async () => {
    const none = await apps.api.send('GET', '/api/v1/tasks/pricing.suggest/quality');
    expect(taskQualityOut.parse(none.body)).toMatchObject({ mean: null, n: 0, labels: 0, data: [] });
    expect((await apps.api.send('GET', '/api/v1/tasks/review.mood/quality')).status).toBe(404);
  });
});
