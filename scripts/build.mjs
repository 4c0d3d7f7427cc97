import { enter } from './lib/enter.mjs';

await enter(import.meta.url, async () => {
  const { ensureGenerated } = await import('./lib/generate.mjs');
  const { ensureBuilt } = await import('./lib/build.mjs');
  return async () => {
    await ensureGenerated();
    await ensureBuilt();
  };
});
