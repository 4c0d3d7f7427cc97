import type { KeyOut } from '@winnow/contracts';
import { encodeId, printUsd } from '@winnow/kernel';
import type { KeyRecord } from '@winnow/storage';
import { streamsPerKey } from '../jobs/stream-register';

const shownDigits = 4;
const timeOf = (at: Date | null): string | null => at?.toISOString() ?? null;

export const presentKey = (key: KeyRecord): KeyOut => ({
  object: 'key',
  id: encodeId('key', key.id),
  name: key.name,
  prefix: `wk_${key.publicId.slice(0, shownDigits)}`,
  scopes: [...key.scopes],
  limits: {
    perMinute: key.perMinute,
    maxCost: key.maxCost === null ? null : printUsd(key.maxCost),
    perDay: null,
    tasks: null,
    streams: streamsPerKey,
  },
  idempotency: key.idempotency,
  createdAt: key.createdAt.toISOString(),
  expiresAt: timeOf(key.expiresAt),
  lastUsedAt: timeOf(key.lastUsedAt),
  revokedAt: timeOf(key.revokedAt),
});
