// Run by the reaper that family.mjs hires, once the supervisor is gone.
import { stopLeftovers } from './leftovers.mjs';

await stopLeftovers(process.argv[2]);
