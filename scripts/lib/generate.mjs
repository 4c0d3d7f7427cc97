import { existsSync } from 'node:fs';
import { hashFiles, readText, writeFile } from './hash.mjs';
import { withLock } from './lock.mjs';
import { inRoot } from './paths.mjs';
import { capture, lastLines } from './run.mjs';
import { Fault, timed } from './say.mjs';

const schemaFile = inRoot('prisma', 'schema.prisma');
const outputDir = inRoot('libs', 'storage', 'src', 'generated');
const stampFile = inRoot('node_modules', '.winnow-generate');

const inputsHash = () => hashFiles([schemaFile, inRoot('node_modules', 'prisma', 'package.json')]);
const isCurrent = () => existsSync(outputDir) && readText(stampFile) === inputsHash();

const generate = async () => {
  const env = {
    ...process.env,
    // `generate` never runs the engine, but insists on a file: any will do, and nothing is downloaded.
    PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
    CHECKPOINT_DISABLE: '1',
    PRISMA_HIDE_UPDATE_MESSAGE: '1',
  };
  const args = [inRoot('node_modules', 'prisma', 'build', 'index.js'), 'generate', '--schema', schemaFile];
  const { code, output } = await capture(process.execPath, args, { cwd: inRoot(), env });
  if (code !== 0) throw new Fault(`prisma generate failed:\n${lastLines(output, 20)}`);
  writeFile(stampFile, inputsHash());
};

export const ensureGenerated = async () => {
  if (!existsSync(schemaFile) || isCurrent()) return;
  await withLock('generate', async () => {
    if (!isCurrent()) await timed('database client generated', generate);
  });
};
