import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { INTERRUPTED, withClosing } from './closing.mjs';
import { createDatabase, dropDatabase } from './databases.mjs';
import { ensureGenerated } from './generate.mjs';
import { readJson } from './hash.mjs';
import { migrate } from './migrations.mjs';
import { inRoot } from './paths.mjs';
import { withDatabase } from './postgres.mjs';
import { onOut, timed } from './say.mjs';
import { cleanEnvironment, openThrowaway } from './throwaway.mjs';

const TEMPLATE = 'winnow_template';
const notRunFile = inRoot('.data-test', 'not-run.jsonl');

/** Test files clone this one: a copy of files is faster than all migrations again. */
const makeTemplate = async (adminUrl) => {
  await dropDatabase(adminUrl, TEMPLATE);
  await createDatabase(adminUrl, TEMPLATE);
  await migrate(withDatabase(adminUrl, TEMPLATE));
};

const runJest = (place, args, env, resultFile) => {
  const jest = inRoot('node_modules', 'jest', 'bin', 'jest.js');
  // Room for a loaded machine, and an end even where a test left a connection open: a run that hangs tells nobody anything.
  const patience = ['--testTimeout=30000', '--forceExit'];
  const all = ['--enable-source-maps', jest, '--json', `--outputFile=${resultFile}`, ...patience, ...args];
  return place.attach('jest', process.execPath, all, { cwd: inRoot(), env });
};

const parseLine = (line) => {
  try {
    return JSON.parse(line);
  } catch {
    return { name: line, why: 'unreadable line' };
  }
};

/** Optional checks write here why they did not run: nothing passes by being absent. */
const printNotRun = () => {
  if (!existsSync(notRunFile)) return;
  const rows = readFileSync(notRunFile, 'utf8').split('\n').filter(Boolean).map(parseLine);
  const unique = [...new Map(rows.map((row) => [row.name, row])).values()];
  if (unique.length === 0) return;
  const width = Math.max(...unique.map(({ name }) => String(name).length));
  process.stdout.write(`\n${onOut('33;1', 'Not run')}\n`);
  for (const { name, why } of unique) process.stdout.write(`  ${String(name).padEnd(width)}  ${why}\n`);
};

const readOutcome = (resultFile, code) => {
  const result = readJson(resultFile, null);
  const brokenFiles = result?.numRuntimeErrorTestSuites ?? 0;
  const failed = result ? result.numFailedTests + brokenFiles : 1;
  return {
    code,
    ended: result !== null,
    brokenFiles,
    passed: result?.numPassedTests ?? 0,
    // A run that jest calls bad must not read as a good one, whatever the counts are.
    failed: code !== 0 && failed === 0 ? 1 : failed,
    skipped: (result?.numPendingTests ?? 0) + (result?.numTodoTests ?? 0),
  };
};

const printTotals = ({ ended, brokenFiles, passed, failed, skipped }) => {
  const print = (text) => process.stdout.write(`\n${text}\n`);
  if (!ended) print('jest ended without a result');
  if (brokenFiles > 0) print(`${brokenFiles} test file(s) could not run and count as failed`);
  if (skipped > 0) print(`${skipped} skipped`);
  print(`${passed} passed, ${failed} failed`);
};

const provision = async (place) => {
  const { TEST_DATABASE_URL, TEST_REDIS_URL } = process.env;
  const building = ensureGenerated().then(ensureBuilt);
  building.catch(() => {});
  const postgres = await place.postgres({ given: TEST_DATABASE_URL });
  const redis = await place.redis({ given: TEST_REDIS_URL });
  await timed('template database', () => makeTemplate(postgres.url));
  await building;
  return { postgres, redis };
};

const run = async (house, args) => {
  const place = openThrowaway(house, 'test');
  rmSync(notRunFile, { force: true });
  const { postgres, redis } = await provision(place);
  const env = {
    ...cleanEnvironment(),
    NODE_ENV: 'test',
    TEST_DATABASE_URL: postgres.url,
    TEST_TEMPLATE: TEMPLATE,
    TEST_REDIS_URL: redis.url,
    WINNOW_DATA_DIR: join(place.folder, 'data'),
  };
  const resultFile = join(place.folder, 'jest.json');
  return readOutcome(resultFile, await runJest(place, args, env, resultFile));
};

/** The totals come after the clearing up, so that they are the last line that anybody reads. */
export const test = async (args) => {
  const outcome = await withClosing((house) => run(house, args));
  if (outcome === INTERRUPTED) return 130;
  printNotRun();
  printTotals(outcome);
  return outcome.code;
};
