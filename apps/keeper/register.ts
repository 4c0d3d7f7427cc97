import { builtInTasks, printTask } from '@winnow/analysis';
import { parseKey, scopes, type Config } from '@winnow/contracts';
import { shippedModels, shippedPrices } from '@winnow/providers';
import {
  registerFirstTenant,
  registerModels,
  registerTasks,
  writePrices,
  type Database,
  type ModelPlace,
} from '@winnow/storage';

const firstTenantOf = ({ tenant, key }: Config['init']) => {
  if (tenant === undefined || key === undefined) return null;
  const parsed = parseKey(key);
  if (parsed === null) throw new Error('WINNOW_INIT_KEY is not a key: it has to be wk_…, with its check characters');
  return { slug: tenant, key: { publicId: parsed.publicId, secret: key, scopes } };
};

const placesApart = 10;

/** Custom models come last and are on: they are called as soon as an operator has priced them. */
const modelsOf = ({ customModels }: Config): ModelPlace[] => [
  ...shippedModels.map(({ provider, model, routable }, at) => ({
    provider,
    model,
    enabled: routable,
    place: at * placesApart,
  })),
  ...customModels.map((model, at) => ({ provider: 'custom', model, enabled: true, place: 10_000 + at * placesApart })),
];

/** What has to be in the database before a job can be taken: prices, tasks, and the first tenant where the environment names one. */
export const register = async ({ prisma, rest }: Database, config: Config): Promise<void> => {
  await writePrices(rest, shippedPrices(), 'shipped');
  await registerModels(rest, modelsOf(config));
  await registerTasks(
    prisma,
    builtInTasks.map((task) => ({ name: task.name, version: task.version, print: printTask(task) })),
  );
  const first = firstTenantOf(config.init);
  if (first !== null) await registerFirstTenant(prisma, first);
};
