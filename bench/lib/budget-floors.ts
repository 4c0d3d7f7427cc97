import type { Database, Sql } from '@winnow/storage';
import type { Redis } from 'ioredis';
import { closedLoop } from './closed-loop';

const cap = 1_000_000_000_000_000n;

/** The ways in which budgets are mostly kept, on one row each: what the ledger is held against. */
export const openFloor = async (sql: Sql): Promise<void> => {
  await sql.query('CREATE TABLE IF NOT EXISTS floor_budget (id int PRIMARY KEY, cap bigint, spent bigint)');
};

const resetFloor = async (sql: Sql, limit: bigint): Promise<void> => {
  await sql.query(
    `INSERT INTO floor_budget VALUES (1, $1, 0) ON CONFLICT (id) DO UPDATE SET cap = excluded.cap, spent = 0`,
    [limit],
  );
};

/** Looks whether it fits, then adds: between the two everybody else looks as well. How much it overspends. */
export const checkThenAdd = async (sql: Sql, limit: bigint, nanos: bigint, callers: number): Promise<bigint> => {
  await resetFloor(sql, limit);
  const one = async (): Promise<void> => {
    const [row] = await sql.query<{ spent: bigint }>('SELECT spent FROM floor_budget WHERE id = 1');
    if (row === undefined || row.spent + nanos > limit) return;
    await sql.query('UPDATE floor_budget SET spent = spent + $1 WHERE id = 1', [nanos]);
  };
  await Promise.all(Array.from({ length: callers }, one));
  const [row] = await sql.query<{ spent: bigint }>('SELECT spent FROM floor_budget WHERE id = 1');
  const spent = row?.spent ?? 0n;
  return spent > limit ? spent - limit : 0n;
};

/** BEGIN, SELECT … FOR UPDATE, UPDATE, COMMIT: right, and one after the other. */
export const lockThenAdd = async (
  transaction: Database['transaction'],
  sql: Sql,
  callers: number,
  count: number,
): Promise<number> => {
  await resetFloor(sql, cap);
  const { seconds } = await closedLoop(callers, count, () =>
    transaction(async (inner) => {
      const [row] = await inner.query<{ spent: bigint }>('SELECT spent FROM floor_budget WHERE id = 1 FOR UPDATE');
      if (row === undefined || row.spent + 1_000n > cap) throw new Error('the floor has no room');
      await inner.query('UPDATE floor_budget SET spent = spent + 1000 WHERE id = 1');
    }),
  );
  return count / seconds;
};

const script = `
local spent = tonumber(redis.call('GET', KEYS[1]) or '0')
if spent + tonumber(ARGV[1]) > tonumber(ARGV[2]) then return 0 end
redis.call('INCRBY', KEYS[1], ARGV[1])
return 1`;

/** A script in Redis: fast, atomic, and gone with the memory it lies in. */
export const luaThenAdd = async (redis: Redis, key: string, callers: number, count: number): Promise<number> => {
  const { seconds } = await closedLoop(callers, count, async () => {
    if ((await redis.eval(script, 1, key, '1000', String(cap))) !== 1) throw new Error('the floor has no room');
  });
  await redis.del(key);
  return count / seconds;
};
