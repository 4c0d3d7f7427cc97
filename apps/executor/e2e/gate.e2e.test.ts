import {
  assertBooksAgree,
  assertInvoiceAgrees,
  liftLimits,
  readBooks,
  startApps,
  submitMany,
  sumMetric,
  untilAllDone,
  untilHoldsClosed,
  type SandboxCall,
  type TestApps,
} from '@winnow/testing';

jest.setTimeout(120_000);

const dying = { provider: 'openai', model: 'gpt-4o-mini' };
const target = 'openai:gpt-4o-mini';

interface Span {
  readonly from: number;
  readonly to: number;
  readonly failed: boolean;
}

/** The calls of the target under test, in order, as the provider saw them. */
const spansOf = (calls: readonly SandboxCall[]): Span[] =>
  calls
    .filter(({ provider, model }) => provider === dying.provider && model.startsWith(dying.model))
    .map(({ at, ms, status }) => ({ from: Date.parse(at), to: Date.parse(at) + (ms ?? 0), failed: status !== 200 }))
    .toSorted((a, b) => a.from - b.from);

const assertApart = (spans: readonly Span[]): void => {
  for (const [i, { to }] of spans.entries()) expect(spans[i + 1]?.from ?? Infinity).toBeGreaterThanOrEqual(to);
};

const assertMoneyExact = async (apps: TestApps): Promise<void> => {
  await untilHoldsClosed(apps, 20_000);
  assertBooksAgree(await readBooks(apps.db));
  await assertInvoiceAgrees(apps.db, await apps.sandbox.invoice());
};

const started = async (env: Record<string, string>): Promise<TestApps> => {
  const apps = await startApps({
    apps: { executor: 3 },
    env: { SWEEP_EVERY_MS: '300', EXECUTOR_CONCURRENCY: '5', ...env },
  });
  await liftLimits(apps);
  return apps;
};

describe('a target that dies and comes back, under three processes', () => {
  let apps: TestApps;
  const openMs = 1_500;
  beforeAll(async () => {
    apps = await started({ BREAKER_OPEN_MS: String(openMs) });
  });
  afterAll(() => apps?.stop());

  const transitions = (to: string): Promise<number> =>
    sumMetric(apps.running('executor'), 'winnow_breaker_transitions_total', { target, to });
  let submitted = 0;
  const submitUntil = async (isOver: () => Promise<boolean>): Promise<void> => {
    for (const until = Date.now() + 30_000; !(await isOver());) {
      if (Date.now() > until) throw new Error('the breaker did not move in 30 s');
      await submitMany(apps.api, 15, 5, submitted);
      submitted += 15;
    }
  };

  test('five failures and what was under way, then one probe at a time, and two successes close it', async () => {
    await apps.sandbox.control({ latency: { kind: 'fixed', ms: 40 }, faults: [{ kind: '503', ...dying }] });
    await submitUntil(async () => (await transitions('open')) >= 3);
    const shut = await sumMetric(apps.running('executor'), 'winnow_breaker_state', { target, state: 'closed' });
    expect(shut).toBe(0);
    await apps.sandbox.control({ faults: [] });
    await submitUntil(async () => (await transitions('closed')) >= 1);
    await submitUntil(async () => spansOf(await apps.sandbox.calls()).filter(({ failed }) => !failed).length > 10);
    expect(await untilAllDone(apps, 60_000)).toEqual({ succeeded: submitted });

    const spans = spansOf(await apps.sandbox.calls());
    const dead = spans.filter(({ failed }) => failed);
    const fifthEnd = dead.map(({ to }) => to).toSorted((a, b) => a - b)[4] ?? 0;
    const first = dead.filter(({ from }) => from <= fifthEnd + 1_000);
    const probes = dead.filter(({ from }) => from > fifthEnd + 1_000);
    const slots = 15;
    // other processes stop within a second; whoever was let through before is under way
    expect(first.length).toBeLessThanOrEqual(5 + slots);
    // a process whose own statistics trip opens it as well, so not every opening had a probe before it
    expect(probes.length).toBeGreaterThanOrEqual(1);
    const deadMs = (dead.at(-1)?.to ?? 0) - fifthEnd;
    expect(probes.length).toBeLessThanOrEqual(Math.ceil(deadMs / openMs));
    assertApart(probes);
    const alive = spans.filter(({ failed }) => !failed);
    // the two that closed it stood alone, and nobody else began before the second was over
    assertApart(alive.slice(0, 3));
    expect(alive[0]?.from ?? 0).toBeGreaterThan((probes.at(-1)?.to ?? 0) + openMs - 5);
    expect([await transitions('closed'), (await transitions('open')) - (await transitions('half-open'))]).toEqual([
      1, 0,
    ]);
    await assertMoneyExact(apps);
  });
});

describe('ten a second and five at once, under three processes', () => {
  let apps: TestApps;
  beforeAll(async () => {
    apps = await started({ OPENAI_LIMITS: 'requestsPerSecond=10,concurrent=5' });
  });
  afterAll(() => apps?.stop());

  test('the provider never sees an eleventh in a second, nor a sixth at once', async () => {
    await apps.sandbox.control({ latency: { kind: 'fixed', ms: 100 } });
    await submitMany(apps.api, 40, 10);
    expect(await untilAllDone(apps, 60_000)).toEqual({ succeeded: 40 });
    await apps.sandbox.control({ latency: { kind: 'fixed', ms: 900 } });
    await submitMany(apps.api, 25, 10, 40);
    expect(await untilAllDone(apps, 60_000)).toEqual({ succeeded: 65 });

    const spans = spansOf(await apps.sandbox.calls());
    expect(spans).toHaveLength(65);
    const inSecond = spans.map(({ from }) => spans.filter((one) => one.from >= from && one.from < from + 1_000).length);
    const atOnce = spans.map(({ from }) => spans.filter((one) => one.from <= from && one.to > from).length);
    expect(Math.max(...inSecond)).toBeLessThanOrEqual(10);
    expect(Math.max(...atOnce)).toBe(5);
    const [first] = spans;
    const fortieth = spans[39];
    expect((fortieth?.from ?? 0) - (first?.from ?? 0)).toBeLessThan(9_000);
    await assertMoneyExact(apps);
  });

  test('429 with Retry-After: no process sends during it, and the breaker stays closed', async () => {
    await apps.sandbox.reset();
    await apps.sandbox.control({ faults: [{ kind: '429', retryAfter: 3, nth: [1], ...dying }] });
    await submitMany(apps.api, 1, 1, 65);
    await apps.sandbox.wait({ calls: 1 });
    const ended = async () => spansOf(await apps.sandbox.calls()).find(({ failed }) => failed);
    let refused = await ended();
    for (const until = Date.now() + 5_000; refused === undefined && Date.now() < until;) refused = await ended();
    const toMs = refused?.to ?? 0;
    // until the refusal has come back, others may still be let through: from here on nobody is
    const paused = () => sumMetric(apps.running('executor'), 'winnow_gate_total', { target, verdict: 'paused' });
    const before = await paused();
    for (let n = 66; (await paused()) < before + 20 || Date.now() < toMs + 3_000; n += 10) {
      await submitMany(apps.api, 10, 5, n);
      expect(n).toBeLessThan(5_000);
    }
    const counts = await untilAllDone(apps, 60_000);
    expect(Object.keys(counts)).toEqual(['succeeded']);
    const during = spansOf(await apps.sandbox.calls()).filter(({ from }) => from > toMs + 50 && from < toMs + 3_000);
    expect(during).toEqual([]);
    const moves = await sumMetric(apps.running('executor'), 'winnow_breaker_transitions_total', { target });
    expect(moves).toBe(0);
    expect(spansOf(await apps.sandbox.calls()).filter(({ from }) => from >= toMs + 3_000).length).toBeGreaterThan(0);
    await assertMoneyExact(apps);
  });
});
