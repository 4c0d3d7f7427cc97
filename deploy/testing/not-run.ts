import { appendFileSync, mkdirSync } from 'node:fs';

/** A check that cannot run here says so, and `npm test` prints it: nothing passes by being absent. */
export const tellNotRun = (name: string, why: string): void => {
  mkdirSync('.data-test', { recursive: true });
  appendFileSync('.data-test/not-run.jsonl', `${JSON.stringify({ name, why })}\n`);
};
