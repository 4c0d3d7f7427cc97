import 'reflect-metadata';
import { boot, connect, disconnect } from '@winnow/platform';

// Company enrichment has no queue yet: the process proves that it can reach what it will need, and idles.
void boot('enricher', async (kit) => {
  const connections = await connect(kit, true);
  kit.log.info('no source is built in yet: idle');
  kit.lifecycle.onStop('connections', 3_000, () => disconnect(connections));
});
