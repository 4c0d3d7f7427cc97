import { enter } from './lib/enter.mjs';

await enter(import.meta.url, async () => (await import('../deploy/dry/image-dry.mjs')).imageDry);
