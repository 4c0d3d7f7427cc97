import { timingSafeEqual } from 'node:crypto';
import { parseKey, Refusal } from '@winnow/contracts';
import { hashKey, type KeyRecord } from '@winnow/storage';
import type { Caller } from './caller';
import type { FailureCount } from './failure-count';
import type { KeyCache } from './key-cache';

export interface AuthenticatePorts {
  readonly keys: KeyCache;
  readonly failures: FailureCount;
  readonly now: () => Date;
}

export type Authenticate = (authorization: string | undefined, address: string) => Promise<Caller>;

const bearer = /^Bearer +(\S+) *$/i;
// Compared with when there is no such key, so that its absence takes no less time.
const nobody = new Uint8Array(32);

// One answer for unknown, expired, revoked and mistyped: it must not tell a guesser how near he is.
const unauthenticated = (detail: string): Refusal =>
  new Refusal('unauthenticated', detail, {}, { 'www-authenticate': 'Bearer' });

const isLive = ({ expiresAt, revokedAt }: KeyRecord, now: Date): boolean =>
  (expiresAt === null || expiresAt > now) && (revokedAt === null || revokedAt > now);

/**
 * Whose key it is. After ten failures in a minute an address is heard no more, but for keys that have been seen before: behind one
 * address may stand a guesser and an honest caller.
 */
export const createAuthenticate = ({ keys, failures, now }: AuthenticatePorts): Authenticate => {
  const check = async (presented: string, publicId: string): Promise<KeyRecord | null> => {
    const record = await keys.find(publicId);
    const same = timingSafeEqual(hashKey(presented), record?.secretHash ?? nobody);
    return record !== null && same && isLive(record, now()) ? record : null;
  };
  return async (authorization, address) => {
    if (authorization === undefined) throw unauthenticated('send an API key as "Authorization: Bearer wk_…"');
    const presented = bearer.exec(authorization)?.[1] ?? '';
    const parsed = parseKey(presented);
    const waitS = failures.blockedFor(address);
    if (waitS > 0 && (parsed === null || !keys.hasFound(parsed.publicId)))
      throw new Refusal(
        'rate-limited',
        'too many failed authentications from this address',
        { violated: ['address'] },
        { 'retry-after': String(waitS) },
      );
    const key = parsed && (await check(presented, parsed.publicId));
    if (key) return { key, tenant: key.tenantId };
    failures.add(address);
    throw unauthenticated('the API key is not valid');
  };
};
