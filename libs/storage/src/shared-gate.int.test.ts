import { once } from 'node:events';
import type { GateMove, GatePolicy } from '@winnow/kernel';
import { askedPolicy, gateCases, playGate, stepMachine, type GateEvent, type GateMachine } from '@winnow/testing';
import { openRedisCorner } from '@winnow/testing/stocked-database';
import fc from 'fast-check';
import { gateKeys, loadGate } from './lua/gate';
import { connectRedis, type RedisConnections } from './redis';
import { createSharedGate } from './shared-gate';

describe('the gate in Redis', () => {
  const corner = openRedisCorner();
  const opened: RedisConnections[] = [];
  const connect = async (): Promise<RedisConnections> => {
    const connections = connectRedis(corner.url, () => undefined);
    opened.push(connections);
    await Promise.all([once(connections.commands, 'ready'), once(connections.subscriber, 'ready')]);
    return connections;
  };
  let redis: RedisConnections;
  let targets = 0;
  beforeAll(async () => {
    redis = await connect();
  });
  afterAll(async () => {
    await Promise.all(opened.map((connections) => connections.close()));
    await corner.clear();
  });

  const redisMachine = (policy: GatePolicy): GateMachine => {
    const scripts = loadGate(redis.commands, corner.prefix);
    const target = `openai:model-${(targets += 1)}`;
    return {
      enter: (ask, nowUs) => scripts.enter(target, policy, ask, nowUs),
      leave: (leaving, nowUs) => scripts.leave(target, policy, leaving, nowUs),
    };
  };

  test.each(gateCases)('%s', async (_name, policy, events, told) =>
    expect(await playGate(redisMachine(policy), events)).toEqual(told),
  );

  test('whatever happens, the scripts say what the step function says', async () => {
    const wait = fc.oneof(fc.nat(300), fc.nat(70_000));
    const name = fc.constantFrom('a', 'b', 'c', 'd', 'e');
    const event = fc.oneof(
      fc.record({ after: wait, enter: name, tokens: fc.nat(700) }),
      fc.record({
        after: wait,
        leave: fc.oneof(name, fc.constant('')),
        outcome: fc.constantFrom('ok', 'ok', 'fail', 'fail', 'neutral', 'trip'),
        used: fc.nat(1_200),
        pauseMs: fc.constantFrom(0, 0, 0, 500, 20_000),
        why: fc.constantFrom(undefined, 'limited', 'auth', 'quota'),
      }),
    );
    const policies: GatePolicy[] = [
      { ...askedPolicy, fails: 3 },
      { ...askedPolicy, fails: 2, requests: { intervalUs: 110_000, burst: 1 }, concurrent: 2 },
      { ...askedPolicy, requests: { intervalUs: 33_333, burst: 4 }, tokens: { intervalUs: 777, burst: 900 } },
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...policies),
        fc.array(event, { minLength: 10, maxLength: 60 }),
        async (policy, list) => {
          let ms = 0;
          const events = list.map(({ after, ...rest }) => ({ ms: (ms += after), ...rest }) as GateEvent);
          expect(await playGate(redisMachine(policy), events)).toEqual(await playGate(stepMachine(policy), events));
        },
      ),
      { numRuns: 150 },
    );
  });

  const ask = (attempt: string) => ({ attempt, tokens: 0 });
  const leaving = { epoch: 0, enteredUs: 0, tokens: 0, used: 0, pauseUs: 0, why: '' } as const;
  const failFive = async (gate: ReturnType<typeof createSharedGate>, target: string): Promise<void> => {
    for (const attempt of ['1', '2', '3', '4', '5']) {
      await gate.enter(target, askedPolicy, ask(attempt));
      await gate.leave(target, askedPolicy, { ...leaving, attempt, outcome: 'fail' });
    }
  };

  test('by Redis’ own time: what one process learns holds for the others, and they are told at once', async () => {
    const [here, there] = [createSharedGate(redis, corner.prefix), createSharedGate(await connect(), corner.prefix)];
    const told = new Promise<GateMove>((resolve) => there.onMove(resolve));
    const told2: GateMove[] = [];
    here.onMove((move) => told2.push(move));
    const listening = async () => JSON.stringify(await redis.commands.pubsub('NUMSUB', `${corner.prefix}:br`));
    while (!(await listening()).includes(':br",2')) await new Promise(setImmediate);
    const target = 'groq:openai/gpt-oss-20b';
    await failFive(here, target);
    expect(await told).toEqual({ target, state: 'open' });
    const { says } = await there.enter(target, askedPolicy, ask('x'));
    expect(says).toMatchObject({ kind: 'open' });
    expect('waitUs' in says && says.waitUs).toBeGreaterThan(58_000_000);
    expect(await there.statesOf([target, 'openai:unheard-of'])).toEqual(['open', 'closed']);
    expect(told2).toEqual([{ target, state: 'open' }]);
  });

  test('a late attempt takes another moment', async () => {
    const scripts = loadGate(redis.commands, corner.prefix);
    const policy = { ...askedPolicy, requests: { intervalUs: 100_000, burst: 1 } };
    const target = 'openai:late';
    const startUs = 1_700_000_000_000_000;
    await scripts.enter(target, policy, ask('a'), startUs);
    const waits = [];
    for (const us of [60_000, 100_000, 100_001]) waits.push(await scripts.retime(target, policy, startUs + us));
    expect(waits).toEqual([40_000, 0, 99_999]);
    expect(await scripts.retime(target, askedPolicy, startUs)).toBe(0);
  });

  test('after a flush it begins anew, and what was under way changes nothing', async () => {
    const gate = createSharedGate(redis, corner.prefix);
    const target = 'openai:flushed';
    await failFive(gate, target);
    await redis.commands.del(...gateKeys(corner.prefix, target));
    const { says } = await gate.enter(target, askedPolicy, ask('a'));
    expect(says.kind).toBe('go');
    for (const attempt of ['1', '2', '3', '4', '5', '6'])
      await gate.leave(target, askedPolicy, { ...leaving, epoch: 1, attempt, outcome: 'fail' });
    expect(await gate.statesOf([target])).toEqual(['closed']);
  });

  test('an operator forces it', async () => {
    const gate = createSharedGate(redis, corner.prefix);
    const target = 'openai:forced';
    const kind = async (attempt: string) => (await gate.enter(target, askedPolicy, ask(attempt))).says.kind;
    expect(await gate.force(target, askedPolicy, 'open')).toEqual({ state: 'open', moved: 'open' });
    expect(await kind('a')).toBe('open');
    expect(await gate.force(target, askedPolicy, null)).toEqual({ state: 'open', moved: null });
    expect(await kind('b')).toBe('probe');
    expect(await gate.force(target, askedPolicy, 'closed')).toEqual({ state: 'closed', moved: 'closed' });
    expect(await kind('c')).toBe('go');
  });

  test('a healthy target without limits leaves nothing behind; every key goes away by itself', async () => {
    const gate = createSharedGate(redis, corner.prefix);
    await gate.enter('openai:calm', askedPolicy, ask('a'));
    await gate.leave('openai:calm', askedPolicy, { ...leaving, attempt: 'a', outcome: 'ok' });
    expect(await redis.commands.exists(...gateKeys(corner.prefix, 'openai:calm'))).toBe(0);

    const policy = { ...askedPolicy, requests: { intervalUs: 1_000, burst: 1 }, concurrent: 3 };
    await gate.enter('openai:kept', policy, ask('a'));
    await gate.leave('openai:kept', policy, { ...leaving, attempt: 'b', outcome: 'fail' });
    const [br, rl, cc] = gateKeys(corner.prefix, 'openai:kept');
    const ttls = await Promise.all([br, rl, cc].map((key) => redis.commands.pttl(key)));
    expect(ttls.every((ttl) => ttl > 0)).toBe(true);
    expect(ttls[0]).toBeLessThanOrEqual(86_400_000);
    expect(ttls[1]).toBeLessThanOrEqual(1_001);
    expect(ttls[2]).toBeLessThanOrEqual(46_000);
  });

  test('three processes with ten callers each: never two closer than the rate, never more at once than may be', async () => {
    const policy = { ...askedPolicy, requests: { intervalUs: 20_000, burst: 1 }, concurrent: 5 };
    const gates = await Promise.all([1, 2, 3].map(async () => createSharedGate(await connect(), corner.prefix)));
    const entered: number[] = [];
    let under = 0;
    let most = 0;
    let n = 0;
    const until = performance.now() + 1_500;
    const caller = async (gate: (typeof gates)[number]): Promise<void> => {
      while (performance.now() < until) {
        const attempt = `c${(n += 1)}`;
        const { says } = await gate.enter('openai:busy', policy, ask(attempt));
        if (!('nowUs' in says)) continue;
        entered.push(says.nowUs);
        most = Math.max(most, (under += 1));
        await new Promise((resolve) => setTimeout(resolve, 30));
        under -= 1;
        await gate.leave('openai:busy', policy, { ...leaving, attempt, outcome: 'ok' });
      }
    };
    await Promise.all(gates.flatMap((gate) => Array.from({ length: 10 }, () => caller(gate))));
    entered.sort((a, b) => a - b);
    const gaps = entered.slice(1).map((at, i) => at - (entered[i] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(20_000);
    expect(most).toBeLessThanOrEqual(5);
    expect(entered.length).toBeGreaterThan(30);
  });
});
