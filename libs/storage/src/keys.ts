import { createHash } from 'node:crypto';
import type { Scope } from '@winnow/contracts';
import type { PrismaClient } from './generated/client';
import { asTenantId, type TenantId } from './tenant-id';

export interface KeyRecord {
  readonly id: string;
  readonly tenantId: TenantId;
  readonly tenantSlug: string;
  readonly requestCap: bigint;
  readonly name: string;
  readonly publicId: string;
  readonly secretHash: Uint8Array;
  readonly scopes: readonly Scope[];
  readonly perMinute: number;
  readonly maxCost: bigint | null;
  readonly idempotency: 'optional' | 'required';
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly lastUsedAt: Date | null;
  readonly revokedAt: Date | null;
}

export interface Keys {
  readonly byPublicId: (publicId: string) => Promise<KeyRecord | null>;
  readonly touch: (id: string) => Promise<void>;
}

export const hashKey = (secret: string): Buffer => createHash('sha256').update(secret).digest();

/** Between two notes of a key's last use: it is for people, not worth a write a request. */
const touchEveryMs = 60_000;

export const createKeys = (prisma: PrismaClient): Keys => {
  const touched = new Map<string, number>();
  return {
    byPublicId: async (publicId) => {
      const row = await prisma.apiKey.findUnique({ where: { publicId }, include: { tenant: true } });
      if (row === null) return null;
      const { tenant, scopes, idempotency, tenantId, ...rest } = row;
      return {
        ...rest,
        tenantId: asTenantId(tenantId),
        tenantSlug: tenant.slug,
        requestCap: tenant.requestCap,
        scopes: scopes as Scope[],
        idempotency: idempotency === 'required' ? 'required' : 'optional',
      };
    },
    touch: async (id) => {
      const now = Date.now();
      if (now - (touched.get(id) ?? 0) < touchEveryMs) return;
      if (touched.size > 10_000) touched.clear();
      touched.set(id, now);
      await prisma.apiKey.update({ where: { id }, data: { lastUsedAt: new Date() } });
    },
  };
};
