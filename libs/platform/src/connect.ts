import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  connectRedis,
  createDatabase,
  evictionFault,
  migrationFault,
  proveGate,
  type Database,
  type RedisConnections,
} from '@winnow/storage';
import { eventually, type Kit } from './boot';

export interface Connections {
  readonly db: Database;
  readonly redis: RedisConnections;
}

const lastMigration = (): string => {
  const folders = readdirSync(join(process.cwd(), 'prisma', 'migrations'), { withFileTypes: true });
  const names = folders.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return names.sort().at(-1) ?? 'none';
};

/** Postgres and Redis for an app, waited for at the start and watched from then on. */
export const connect = async ({ app, config, log, health }: Kit, needsRedis: boolean): Promise<Connections> => {
  const onError = (error: Error): void => log.debug({ err: error }, 'connection');
  const { ledger, rest } = config.pools;
  const db = createDatabase({ url: config.databaseUrl, ledgerPool: ledger, restPool: rest, app, onError });
  const redis = connectRedis(config.redisUrl, onError);
  const expected = lastMigration();
  const checks = {
    postgres: async () => {
      await db.rest.query('SELECT 1');
      return null;
    },
    migrations: () => migrationFault(db.rest, expected),
    ledger: () => proveGate(db.ledger),
    redis: () => evictionFault(redis.commands),
  };
  for (const [name, check] of Object.entries(checks)) {
    if (name !== 'redis' || needsRedis) await eventually(log, name, check);
    if (name === 'redis' && !needsRedis) health.addDegradation(name, check);
    else health.addReadiness(name, check);
  }
  return { db, redis };
};

export const disconnect = async ({ db, redis }: Connections): Promise<void> => {
  await redis.close();
  await db.close();
};
