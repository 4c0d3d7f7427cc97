import { uuidv7 } from '@winnow/kernel';
import type { PrismaClient } from './generated/client';
import { hashKey } from './keys';

/** A version that has served never changes: another print under the same version is a fault of the build. */
export const registerTasks = async (
  prisma: PrismaClient,
  tasks: readonly { readonly name: string; readonly version: number; readonly print: string }[],
): Promise<void> => {
  for (const task of tasks) {
    const { name, version, print } = task;
    const known = await prisma.task.upsert({ where: { name_version: { name, version } }, create: task, update: {} });
    if (known.print !== print)
      throw new Error(
        `task ${name}@${version} differs from what was registered on ${known.registeredAt.toISOString()}: raise its version`,
      );
  }
};

export interface FirstTenant {
  readonly slug: string;
  readonly key: { readonly publicId: string; readonly secret: string; readonly scopes: readonly string[] };
}

/** The first tenant and its key, from the environment, so that a fresh installation needs no person to make one. */
export const registerFirstTenant = async (prisma: PrismaClient, { slug, key }: FirstTenant): Promise<void> => {
  const tenant = await prisma.tenant.upsert({ where: { slug }, create: { id: uuidv7(), slug }, update: {} });
  await prisma.apiKey.upsert({
    where: { publicId: key.publicId },
    create: {
      id: uuidv7(),
      tenantId: tenant.id,
      name: 'first key',
      publicId: key.publicId,
      secretHash: new Uint8Array(hashKey(key.secret)),
      scopes: [...key.scopes],
    },
    update: {},
  });
};
