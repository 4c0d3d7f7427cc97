import type { Upkeep } from '@winnow/storage';

interface WatchRedisPorts {
  readonly mark: { readonly get: () => Promise<string | null>; readonly set: (mark: string) => Promise<unknown> };
  readonly newMark: () => string;
  readonly upkeep: Pick<Upkeep, 'hintAllAgain'>;
  readonly onLost: (rows: number) => void;
}

/**
 * Keeps a mark in Redis. Gone or changed means that Redis lost what it had (flushed, or another instance): every open row gets a new hint at
 * once. Two keepers may both do so: a hint too many is refused by the claim.
 */
export const createRedisWatch = (at: WatchRedisPorts) => {
  let known: string | null = null;
  return async (): Promise<void> => {
    const seen = await at.mark.get();
    const lost = seen === null || (known !== null && seen !== known);
    const rows = lost ? await at.upkeep.hintAllAgain() : 0;
    // Only now: hints that could not be written are tried again with the next look.
    known = seen ?? at.newMark();
    if (seen === null) await at.mark.set(known);
    if (rows > 0) at.onLost(rows);
  };
};
