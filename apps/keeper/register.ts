import { builtInTasks, printTask } from '@winnow/analysis';
import { parseKey, scopes, type Config } from '@winnow/contracts';
import { shippedPrices } from '@winnow/providers';
import { registerFirstTenant, registerPrices, registerTasks, type Database } from '@winnow/storage';

const firstTenantOf = ({ tenant, key }: Config['init']) => {
  if (tenant === undefined || key === undefined) return null;
  const parsed = parseKey(key);
  if (parsed === null) throw new Error('WINNOW_INIT_KEY is not a key: it has to be wk_…, with its check characters');
  return { slug: tenant, key: { publicId: parsed.publicId, secret: key, scopes } };
};

/** What has to be in the database before a job can be taken: prices, tasks, and the first tenant where the environment names one. */
export const register = async ({ prisma }: Database, config: Config): Promise<void> => {
  await registerPrices(prisma, shippedPrices());
  await registerTasks(
    prisma,
    builtInTasks.map((task) => ({ name: task.name, version: task.version, print: printTask(task) })),
  );
  const first = firstTenantOf(config.init);
  if (first !== null) await registerFirstTenant(prisma, first);
};
