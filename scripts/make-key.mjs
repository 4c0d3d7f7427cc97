// Prints a fresh key, for WINNOW_INIT_KEY. Needs no package, so it also runs in a new clone and in the image.
import { createKey } from './lib/secrets.mjs';

process.stdout.write(`${createKey()}\n`);
