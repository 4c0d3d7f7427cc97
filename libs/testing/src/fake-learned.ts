import type { Learned } from '@winnow/analysis';

/** Nothing was learned, but for what the test says. */
export const createFakeLearned = (but: Partial<Learned> = {}): Learned => ({
  threshold: () => null,
  router: () => null,
  verifier: () => null,
  measured: () => null,
  coldStart: () => null,
  ...but,
});
