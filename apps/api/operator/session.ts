import { createHmac, timingSafeEqual } from 'node:crypto';
import { sha256Hex } from '@winnow/kernel';

export interface Sessions {
  readonly matches: (user: string, password: string) => boolean;
  /** a cookie's value, good for twelve hours */
  readonly make: () => string;
  readonly isGood: (value: string | undefined) => boolean;
}

export const sessionSeconds = 12 * 3_600;
const operator = 'operator';

const same = (one: string, other: string): boolean =>
  timingSafeEqual(Buffer.from(sha256Hex(one)), Buffer.from(sha256Hex(other)));

/**
 * An operator's session is its own end, signed: nothing is stored. The password takes part in the signature, so that changing it ends
 * every session.
 */
export const createSessions = (secret: string, password: string, nowMs: () => number = Date.now): Sessions => {
  const key = createHmac('sha256', secret)
    .update(`winnow operator ${sha256Hex(password)}`)
    .digest();
  const sign = (until: string): string => `${until}.${createHmac('sha256', key).update(until).digest('base64url')}`;
  return {
    // Both are compared whatever the first gave, so that a wrong name takes no less time.
    matches: (user, given) => [same(user, operator), same(given, password)].every(Boolean),
    make: () => sign(String(Math.floor(nowMs() / 1000) + sessionSeconds)),
    isGood: (value) => {
      const until = /^(\d{1,12})\.[\w-]+$/.exec(value ?? '')?.[1];
      return until !== undefined && same(value as string, sign(until)) && Number(until) * 1000 > nowMs();
    },
  };
};
