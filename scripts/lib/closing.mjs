import { endCaptured } from './run.mjs';
import { fail, say } from './say.mjs';

// npm, the shim and the terminal each pass the same Ctrl-C on: what comes this soon is still the first one.
const SAME_SIGNAL_MS = 800;
export const INTERRUPTED = Symbol('interrupted');

/**
 * Runs `main(house)`, in which `house.defer(fn)` puts off the clearing up, and clears up in reverse order when main
 * returns, throws, or is interrupted. `house.adopt(family)` puts the processes of a family under these rules. A second
 * Ctrl-C ends everything at once. Hands back what main returned, or `INTERRUPTED`.
 */
export const withClosing = async (main) => {
  const deferred = [];
  const families = [];
  const house = {
    defer: (close) => deferred.push(close),
    adopt(family) {
      families.push(family);
      deferred.push(() => family.close());
      return family;
    },
  };
  let firstAt = 0;
  let interrupt;
  const interruption = new Promise((resolve) => (interrupt = resolve));
  const onSignal = () => {
    if (!firstAt) {
      firstAt = Date.now();
      return interrupt(INTERRUPTED);
    }
    if (Date.now() - firstAt < SAME_SIGNAL_MS) return;
    fail('killed');
    for (const family of families) family.killAll();
    process.exit(130);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, onSignal);

  const outcome = main(house);
  // After an interruption nobody waits for main any more, and it may well fail for what was stopped under it.
  outcome.catch(() => {});
  try {
    return await Promise.race([outcome, interruption]);
  } finally {
    if (firstAt) say('stopping (Ctrl-C again: at once)');
    for (const family of families) family.beginClosing();
    await endCaptured();
    for (const close of deferred.reverse()) await close();
  }
};
