import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Redis } from 'ioredis';

export interface Token {
  readonly allowed: boolean;
  readonly remaining: number;
  readonly resetSeconds: number;
  readonly retryAfterSeconds: number;
}

const script = readFileSync(join(__dirname, 'take-token.lua'), 'utf8');
const seconds = (micros: number): number => Math.ceil(micros / 1e6);

export const tokenOf = ([allowed = 0, remaining = 0, full = 0, wait = 0]: readonly number[]): Token => ({
  allowed: allowed === 1,
  remaining,
  resetSeconds: seconds(full),
  retryAfterSeconds: seconds(wait),
});

declare module 'ioredis' {
  interface Redis {
    takeToken(key: string, intervalMicros: number, burst: number): Promise<number[]>;
  }
}

/** Takes a token of a bucket that holds `burst` and refills evenly: one each `intervalMicros`. */
export const loadTakeToken = (redis: Redis) => {
  redis.defineCommand('takeToken', { numberOfKeys: 1, lua: script });
  return async (key: string, intervalMicros: number, burst: number): Promise<Token> =>
    tokenOf(await redis.takeToken(key, intervalMicros, burst));
};
