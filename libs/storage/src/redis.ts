import { Redis, type RedisOptions } from 'ioredis';

export interface RedisConnections {
  /** for commands of our own: fails fast, since nothing that waits for Redis may hold up a request */
  readonly commands: Redis;
  /** for subscriptions: comes back by itself */
  readonly subscriber: Redis;
  readonly close: () => Promise<void>;
}

const backoffMs = (tries: number): number => Math.min(tries * 100, 2_000);

const failFast: RedisOptions = {
  enableOfflineQueue: false,
  maxRetriesPerRequest: 1,
  connectTimeout: 2_000,
  commandTimeout: 2_000,
  keepAlive: 10_000,
  retryStrategy: backoffMs,
};

export const connectRedis = (url: string, onError: (error: Error) => void): RedisConnections => {
  const commands = new Redis(url, failFast);
  const subscriber = new Redis(url, {
    ...failFast,
    enableOfflineQueue: true,
    maxRetriesPerRequest: null,
    commandTimeout: undefined,
  });
  for (const connection of [commands, subscriber]) connection.on('error', onError);
  return {
    commands,
    subscriber,
    close: async () => {
      commands.disconnect();
      subscriber.disconnect();
    },
  };
};

/** Any policy but noeviction would let Redis drop locks and hints. Null: all is well. */
export const evictionFault = async (redis: Redis): Promise<string | null> => {
  const info = await redis.info('memory');
  const policy = /maxmemory_policy:(\S+)/.exec(info)?.[1];
  return policy === 'noeviction' ? null : `maxmemory-policy is ${policy ?? 'unknown'}, it has to be noeviction`;
};
