import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { openRedisCorner } from '@winnow/testing/stocked-database';
import type { Redis } from 'ioredis';
import { createNudges } from './nudge';
import { createRateLimiter } from './rate-limiter';
import { connectRedis, evictionFault, type RedisConnections } from './redis';
import { createWakes } from './wakes';

describe('Redis', () => {
  const corner = openRedisCorner();
  const opened: RedisConnections[] = [];
  const connect = (url = corner.url): RedisConnections => {
    const connections = connectRedis(url, () => undefined);
    opened.push(connections);
    return connections;
  };
  const ready = async (url?: string): Promise<RedisConnections> => {
    const connections = connect(url);
    await Promise.all([once(connections.commands, 'ready'), once(connections.subscriber, 'ready')]);
    return connections;
  };
  let redis: RedisConnections;
  beforeAll(async () => {
    redis = await ready();
  });
  afterAll(async () => {
    await Promise.all(opened.map((connections) => connections.close()));
    await corner.clear();
  });

  /** Where nobody answers: a port that was free a moment ago. */
  const nowhere = async (): Promise<string> => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    return `redis://127.0.0.1:${port}`;
  };

  describe('the rate limiter', () => {
    test('lets through what the minute holds, then one for each that has come back', async () => {
      const limiter = createRateLimiter(redis.commands, corner.prefix);
      const taken = [];
      for (let i = 0; i < 5; i += 1) taken.push(await limiter.take('small', 4));
      expect(taken.map(({ allowed, remaining }) => [allowed, remaining])).toEqual([
        [true, 3],
        [true, 2],
        [true, 1],
        [true, 0],
        [false, 0],
      ]);
      expect(taken.map(({ resetSeconds }) => resetSeconds)).toEqual([15, 30, 45, 60, 60]);
      expect(taken.map(({ retryAfterSeconds }) => retryAfterSeconds)).toEqual([0, 0, 0, 0, 15]);
      // the clock of the bucket set back by one request's time: exactly one more is let through
      const key = `${corner.prefix}:rate:{small}`;
      const tat = Number(await redis.commands.get(key));
      await redis.commands.set(key, String(tat - 15_000_000), 'KEEPTTL');
      expect([(await limiter.take('small', 4)).allowed, (await limiter.take('small', 4)).allowed]).toEqual([
        true,
        false,
      ]);
    });

    test('keeps a bucket no longer than it takes to fill', async () => {
      await createRateLimiter(redis.commands, corner.prefix).take('kept', 60);
      const ttl = await redis.commands.pttl(`${corner.prefix}:rate:{kept}`);
      expect(ttl).toBeGreaterThan(1_000);
      expect(ttl).toBeLessThanOrEqual(2_000);
    });

    test('never lets through more than the bucket holds, however many ask at once', async () => {
      const limiters = await Promise.all(
        [1, 2, 3].map(async () => createRateLimiter((await ready()).commands, corner.prefix)),
      );
      const taken = await Promise.all(Array.from({ length: 300 }, (_, i) => limiters[i % 3]?.take('busy', 100)));
      const allowed = taken.filter((token) => token?.allowed).length;
      // a token comes back each 0.6 s
      expect(allowed).toBeGreaterThanOrEqual(100);
      expect(allowed).toBeLessThanOrEqual(102);
    });

    test('keys do not share a bucket', async () => {
      const limiter = createRateLimiter(redis.commands, corner.prefix);
      expect([(await limiter.take('one', 1)).allowed, (await limiter.take('two', 1)).allowed]).toEqual([true, true]);
      expect((await limiter.take('one', 1)).allowed).toBe(false);
    });

    test('goes on in the process while Redis is away, by the same rule, and at once', async () => {
      const limiter = createRateLimiter(connect(await nowhere()).commands, corner.prefix);
      const began = performance.now();
      const taken = [];
      for (let i = 0; i < 5; i += 1) taken.push(await limiter.take('small', 4));
      expect(taken.map(({ allowed, remaining }) => [allowed, remaining])).toEqual([
        [true, 3],
        [true, 2],
        [true, 1],
        [true, 0],
        [false, 0],
      ]);
      expect(taken[4]).toMatchObject({ retryAfterSeconds: 15, resetSeconds: 60 });
      expect((await limiter.take('another', 4)).allowed).toBe(true);
      expect(performance.now() - began).toBeLessThan(1_000);
    });
  });

  describe('wakes', () => {
    test('reach every process, for the job they are about', async () => {
      const [here, there] = [createWakes(redis, corner.prefix), createWakes(await ready(), corner.prefix)];
      const heard: string[] = [];
      for (const [name, wakes] of Object.entries({ here, there })) {
        wakes.subscribe('a', () => heard.push(`a ${name}`));
        wakes.subscribe('b', () => heard.push(`b ${name}`));
      }
      const subscribed = async (): Promise<unknown> => redis.commands.pubsub('NUMSUB', `${corner.prefix}:told`);
      while (!JSON.stringify(await subscribed()).includes(':told",2')) await new Promise(setImmediate);
      const done = Promise.all([here.wait('a', 5_000), there.wait('a', 5_000), there.wait('c', 5_000)]);
      here.publish(['a']);
      here.publish(['c', 'a']);
      await done;
      expect(heard.toSorted()).toEqual(['a here', 'a there']);
    });

    test('who waits goes on when the time is up, when the signal fires, and when it had fired before', async () => {
      const wakes = createWakes(redis, corner.prefix);
      await wakes.wait('nobody tells', 10);
      const stop = new AbortController();
      const waiting = wakes.wait('nobody tells', 60_000, stop.signal);
      stop.abort();
      await waiting;
      await wakes.wait('nobody tells', 60_000, stop.signal);
    });

    test('ending one subscription twice leaves the next of the same job alone', async () => {
      const wakes = createWakes(redis, corner.prefix);
      const end = wakes.subscribe('a', () => undefined);
      end();
      const woken = wakes.wait('a', 60_000);
      end();
      wakes.publish(['a']);
      await woken;
    });

    test('and nudges without Redis cost nobody anything', async () => {
      const away = connect(await nowhere());
      createWakes(away, corner.prefix).publish(['a']);
      createNudges(away, corner.prefix).send();
      await new Promise((resolve) => setTimeout(resolve, 30));
    });
  });

  test('many nudges in a moment are one', async () => {
    const nudges = createNudges(redis, corner.prefix);
    let heard = 0;
    const nudged = new Promise<void>((resolve) => {
      void nudges
        .listen(() => {
          heard += 1;
          resolve();
        })
        .then(() => {
          for (let i = 0; i < 20; i += 1) nudges.send();
        });
    });
    await nudged;
    await redis.commands.ping();
    expect(heard).toBe(1);
  });

  test.each([
    ['noeviction', null],
    ['allkeys-lru', 'maxmemory-policy is allkeys-lru, it has to be noeviction'],
    ['volatile-lru', 'maxmemory-policy is volatile-lru, it has to be noeviction'],
  ])('a server with %s', async (policy, fault) => {
    const told = { info: async () => `used_memory:1\r\nmaxmemory_policy:${policy}\r\n` } as unknown as Redis;
    expect(await evictionFault(told)).toBe(fault);
  });
  test('this server keeps what it is given', async () => expect(await evictionFault(redis.commands)).toBeNull());
});
