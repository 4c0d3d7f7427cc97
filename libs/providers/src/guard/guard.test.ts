import { fault, FaultError, type FaultKind, type GateVerdict, type Pass } from '@winnow/kernel';
import { askedPolicy, createFakeClock, createFakeSharedGate } from '@winnow/testing';
import { createGuard, type Guard, type GuardPorts } from './guard';

const target = 'openai:mini';
const guards: Guard[] = [];
afterEach(() => {
  for (const guard of guards.splice(0)) guard.close();
});

const setUp = (ports: Partial<GuardPorts> = {}) => {
  const clock = createFakeClock();
  const shared = createFakeSharedGate(() => clock.monotonicMs() * 1_000);
  const told: string[] = [];
  const guardOf = (name: string): Guard => {
    const guard = createGuard({
      shared,
      policyOf: () => askedPolicy,
      timeoutMs: 30_000,
      processes: () => 1,
      nowMs: clock.monotonicMs,
      onVerdict: () => undefined,
      onState: (_, state) => told.push(`${name} hears ${state}`),
      onMoved: (_, to) => told.push(`${name} moved to ${to}`),
      onOff: (of, why, ms) => told.push(`${of} off by ${why} for ${ms}`),
      onDegraded: (degraded) => told.push(`${name} ${degraded ? 'alone' : 'shared'}`),
      ...ports,
    });
    guards.push(guard);
    return guard;
  };
  return { clock, shared, told, guardOf, guard: guardOf('a') };
};

const fails =
  (kind: FaultKind, extra: Parameters<typeof fault>[2] = {}) =>
  async (): Promise<never> => {
    throw new FaultError(fault(kind, `it was ${kind}`, extra));
  };
let attempts = 0;
const enter = (guard: Guard): Promise<GateVerdict> => guard.enter(target, `a${(attempts += 1)}`, 100);
const passOf = async (guard: Guard): Promise<Pass> => {
  const verdict = await enter(guard);
  if (!('pass' in verdict)) throw new Error(`refused: ${verdict.kind}`);
  return verdict.pass;
};
const fire = async (guard: Guard, call: () => Promise<unknown>): Promise<unknown> => (await passOf(guard)).fire(call);
const failing = async (guard: Guard, times: number, kind: FaultKind = 'server-error'): Promise<void> => {
  for (let i = 0; i < times; i += 1) await expect(fire(guard, fails(kind))).rejects.toThrow(kind);
};
const kindOf = async (guard: Guard): Promise<string> => (await enter(guard)).kind;

test.each<FaultKind>(['server-error', 'timeout', 'reset', 'refused-connection', 'malformed'])(
  'five of %s in a row shut it for every process',
  async (kind) => {
    const { guard, guardOf } = setUp();
    const other = guardOf('b');
    await failing(guard, 2, kind);
    await failing(other, 3, kind);
    expect([await kindOf(guard), await kindOf(other)]).toEqual(['open', 'open']);
  },
);

test.each<FaultKind>(['rate-limited', 'bad-request', 'content-filter', 'auth', 'quota', 'canceled', 'internal'])(
  'forty of %s leave the breaker closed',
  async (kind) => {
    const { guard, clock, shared } = setUp();
    for (let i = 0; i < 40; i += 1) {
      await failing(guard, 1, kind);
      clock.advance(900_000);
    }
    expect(shared.stateOf(target).state).toBe('closed');
  },
);

test.each<[FaultKind, number | undefined, number]>([
  ['rate-limited', 10_000, 10_000],
  ['rate-limited', undefined, 1_000],
  ['rate-limited', 86_400_000, 3_600_000],
  ['auth', undefined, 300_000],
  ['quota', undefined, 900_000],
])('%s (Retry-After %s) pauses it for %i ms', async (kind, retryAfterMs, ms) => {
  const { guard, told } = setUp();
  await expect(fire(guard, fails(kind, { retryAfterMs }))).rejects.toThrow(kind);
  expect(await enter(guard)).toEqual({ kind: 'paused', ms, why: kind === 'rate-limited' ? 'limited' : kind });
  expect(told.filter((line) => line.includes('off'))).toEqual(
    kind === 'rate-limited' ? [] : [`${target} off by ${kind} for ${ms}`],
  );
});

test('a minute later one probe at a time, and the second success closes it', async () => {
  const { guard, guardOf, clock, told } = setUp();
  const other = guardOf('b');
  await failing(guard, 5);
  clock.advance(59_999);
  expect(await enter(other)).toEqual({ kind: 'open', ms: 1 });
  clock.advance(1);
  for (const more of ['open', 'open']) {
    const probe = await passOf(other);
    expect(await kindOf(guard)).toBe(more);
    expect(await probe.fire(async () => 'well')).toBe('well');
  }
  expect(await kindOf(guard)).toBe('go');
  expect(told.filter((line) => line.includes('moved'))).toEqual([
    'a moved to open',
    'b moved to half-open',
    'b moved to closed',
  ]);
});

test('a target that fails every second call trips, though never five in a row', async () => {
  const { guard, shared } = setUp();
  for (let i = 0; i < 19; i += 1) {
    if (i % 2 === 0) await failing(guard, 1);
    else await fire(guard, async () => 'well');
    expect(shared.stateOf(target).state).toBe('closed');
  }
  await fire(guard, async () => 'well');
  await failing(guard, 1);
  await new Promise(setImmediate);
  expect(shared.stateOf(target)).toMatchObject({ state: 'open', epoch: 1 });
});

test('what it was before the opening does not trip it again after the closing', async () => {
  const { guard, shared, clock } = setUp();
  for (let i = 0; i < 20; i += 1) {
    if (i % 2 === 0) await fire(guard, async () => 'well');
    else await failing(guard, 1);
  }
  await new Promise(setImmediate);
  expect(shared.stateOf(target).state).toBe('open');
  clock.advance(60_000);
  for (let i = 0; i < 2; i += 1) await fire(guard, async () => 'well');
  await failing(guard, 4);
  await new Promise(setImmediate);
  expect(shared.stateOf(target)).toMatchObject({ state: 'closed', fails: 4 });
});

test('openings that it was told of are not reported as its own', async () => {
  const { guard, guardOf, shared } = setUp();
  const other = guardOf('b');
  await fire(other, async () => 'well');
  await failing(guard, 5);
  await new Promise(setImmediate);
  expect(shared.stateOf(target).epoch).toBe(1);
});

test('one call that times out leaves twenty others under way alone', async () => {
  const { guard } = setUp();
  const ends: (() => void)[] = [];
  const twenty = await Promise.all(
    Array.from({ length: 20 }, async (_, i) =>
      (await passOf(guard)).fire(() => new Promise((end) => ends.push(() => end(i)))),
    ).map((promise) => [promise]),
  );
  await expect(fire(guard, fails('timeout'))).rejects.toThrow('timeout');
  for (const end of ends) end();
  expect(await Promise.all(twenty.map(([promise]) => promise))).toHaveLength(20);
});

test('a pass is for one send, and goes back once', async () => {
  const { guard, shared } = setUp({ policyOf: () => ({ ...askedPolicy, concurrent: 1 }) });
  const pass = await passOf(guard);
  expect(await enter(guard)).toEqual({ kind: 'busy', ms: 100 });
  await pass.withdraw();
  await pass.withdraw();
  await expect(pass.fire(async () => 'well')).rejects.toThrow('one send');
  expect(Object.keys(shared.stateOf(target).leases)).toEqual([]);
  expect(await kindOf(guard)).toBe('go');
});

test('the clock of tokens is put right by what an answer has used', async () => {
  const { guard, shared } = setUp({
    policyOf: () => ({ ...askedPolicy, tokens: { intervalUs: 10_000, burst: 1_000 } }),
  });
  const pass = await passOf(guard);
  expect(shared.stateOf(target).tokensUs).toBe(1_000_000);
  await pass.fire(
    async () => 30,
    (answer) => answer,
  );
  expect(shared.stateOf(target).tokensUs).toBe(300_000);
});

test('who was held up between the gate and the wire takes another moment', async () => {
  const { guard, shared, clock } = setUp({
    policyOf: () => ({ ...askedPolicy, requests: { intervalUs: 100_000, burst: 1 } }),
  });
  const late = await passOf(guard);
  clock.advance(100);
  const punctual = await passOf(guard);
  await punctual.fire(async () => 'well');
  expect(shared.stateOf(target).requestsUs).toBe(200_000);
  clock.advance(100);
  await late.fire(async () => 'well');
  expect(shared.stateOf(target).requestsUs).toBe(300_000);
});

test('a pass does not stand once its target is shut; a probe’s does', async () => {
  const { guard, guardOf, clock } = setUp();
  const pass = await passOf(guard);
  await failing(guardOf('b'), 5);
  expect(pass.stands()).toBe(false);
  await pass.withdraw();
  clock.advance(60_000);
  expect((await passOf(guard)).stands()).toBe(true);
});

describe('while Redis is away', () => {
  test('it gives up after a quarter of a second, and does not ask again for a second', async () => {
    const { guard, shared, told, clock } = setUp();
    shared.mode = 'silent';
    const began = performance.now();
    expect(await kindOf(guard)).toBe('go');
    const took = performance.now() - began;
    expect([took > 200, took < 1_000]).toEqual([true, true]);
    await enter(guard);
    expect(shared.asked()).toBe(1);
    clock.advance(1_000);
    shared.mode = 'away';
    await enter(guard);
    expect([shared.asked(), told.filter((line) => line.includes('alone'))]).toEqual([2, ['a alone']]);
  });

  test('the same rules hold here, and what was found out is told once when it is back', async () => {
    const { guard, guardOf, shared, told, clock } = setUp();
    shared.mode = 'away';
    await failing(guard, 5);
    expect(await kindOf(guard)).toBe('open');
    shared.mode = 'there';
    clock.advance(1_000);
    expect(await kindOf(guard)).toBe('open');
    expect(shared.stateOf(target)).toMatchObject({ state: 'open', epoch: 1, leases: {} });
    expect(await kindOf(guardOf('b'))).toBe('open');
    expect(told.filter((line) => /alone|shared/.test(line))).toEqual(['a alone', 'a shared']);
  });

  test('a process that nobody makes enter notices as well that it is back', async () => {
    const { guard, shared, told } = setUp();
    shared.mode = 'away';
    await enter(guard);
    await guard.look();
    shared.mode = 'there';
    await guard.look();
    await guard.look();
    expect([told.filter((line) => /alone|shared/.test(line)), shared.asked()]).toEqual([['a alone', 'a shared'], 3]);
  });

  test('the limits are divided by the processes there were', async () => {
    const policy = { ...askedPolicy, concurrent: 6 };
    const { guard, shared } = setUp({ policyOf: () => policy, processes: () => 3 });
    shared.mode = 'away';
    const kinds = [];
    for (let i = 0; i < 3; i += 1) kinds.push(await kindOf(guard));
    expect(kinds).toEqual(['go', 'go', 'busy']);
  });

  test('an answer that comes too late gives its place back', async () => {
    const { guard, shared } = setUp({ policyOf: () => ({ ...askedPolicy, concurrent: 1 }) });
    const { enter: ask } = shared;
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    Object.assign(shared, { enter: async (...args: Parameters<typeof ask>) => ask(...args).finally(() => held) });
    expect(await kindOf(guard)).toBe('go');
    expect(Object.keys(shared.stateOf(target).leases)).toHaveLength(1);
    release();
    await new Promise(setImmediate);
    expect(Object.keys(shared.stateOf(target).leases)).toEqual([]);
  });

  test('a call that began before is booked here, and hurts nobody when its leave is lost', async () => {
    const { guard, shared } = setUp();
    const pass = await passOf(guard);
    shared.mode = 'away';
    expect(await pass.fire(async () => 'well')).toBe('well');
  });
});
