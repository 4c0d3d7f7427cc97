import { createCatalogue, type Database, type LiveCatalogue } from '@winnow/storage';
import { eventually, type Kit } from './boot';

/** What can be called, at today's prices; waited for, since the keeper writes the prices at its own start. */
export const connectCatalogue = async ({ config, log }: Kit, db: Pick<Database, 'rest'>): Promise<LiveCatalogue> => {
  const providers = config.providers.map(({ name }) => name);
  const catalogue = createCatalogue(db.rest, providers, config.ladders);
  await eventually(log, 'prices', async () => {
    await catalogue.refresh();
    return catalogue.baseline('gpt-4o') === undefined ? 'the keeper has not registered any yet' : null;
  });
  return catalogue;
};
