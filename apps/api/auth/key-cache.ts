import type { KeyRecord, Keys } from '@winnow/storage';

interface Entry {
  readonly record: Promise<KeyRecord | null>;
  readonly untilMs: number;
  known: boolean;
}

export interface KeyCache {
  readonly find: (publicId: string) => Promise<KeyRecord | null>;
  /** whether a key of this id has been found before and not been forgotten since */
  readonly hasFound: (publicId: string) => boolean;
}

interface CacheOptions {
  readonly maxEntries: number;
  readonly ttlMs: number;
  readonly nowMs: () => number;
}

const defaults: CacheOptions = { maxEntries: 10_000, ttlMs: 5_000, nowMs: () => performance.now() };

/** Keys by their public id, remembered for 5 s (also that there is none), so that a revoked key works for no longer than that. */
export const createKeyCache = (keys: Pick<Keys, 'byPublicId'>, options: Partial<CacheOptions> = {}): KeyCache => {
  const { maxEntries, ttlMs, nowMs } = { ...defaults, ...options };
  const entries = new Map<string, Entry>();
  const look = (publicId: string): Promise<KeyRecord | null> => {
    const before = entries.get(publicId);
    const record = keys.byPublicId(publicId);
    const entry: Entry = { record, untilMs: nowMs() + ttlMs, known: before?.known ?? false };
    // Taken out and put in again: a map keeps its order, so its first entry is the oldest.
    entries.delete(publicId);
    entries.set(publicId, entry);
    const oldest = entries.keys().next().value;
    if (entries.size > maxEntries && oldest !== undefined) entries.delete(oldest);
    record.then(
      (found) => void (entry.known = found !== null),
      () => entries.get(publicId) === entry && entries.delete(publicId),
    );
    return record;
  };
  return {
    find: (publicId) => {
      const entry = entries.get(publicId);
      return entry !== undefined && nowMs() < entry.untilMs ? entry.record : look(publicId);
    },
    hasFound: (publicId) => entries.get(publicId)?.known ?? false,
  };
};
