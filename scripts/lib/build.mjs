import { existsSync, readFileSync, readdirSync, rmSync, rmdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join, relative } from 'node:path';
import { filesUnder, hashFiles, readJson, readText, writeFile } from './hash.mjs';
import { withLock } from './lock.mjs';
import { inRoot, root } from './paths.mjs';
import { Fault, timed } from './say.mjs';

const dist = inRoot('dist');
const stampFile = join(dist, '.stamp');
const manifestFile = join(dist, '.written');
const sources = ['apps', 'libs', 'bench'];
const assets = new Set(['.lua', '.json', '.html', '.css', '.svg', '.js', '.ico', '.txt', '.csv', '.jsonl']);

const isEmpty = (folder) => existsSync(folder) && readdirSync(folder).length === 0;
const isNoSource = (name) => /^(\.|tsconfig|node_modules$|e2e$)|\.test\./.test(name);

const inputs = () => sources.flatMap((folder) => filesUnder(inRoot(folder), isNoSource));
const isCode = (file) => extname(file) === '.ts' && !file.endsWith('.d.ts');
const outputOf = (file) => join(dist, relative(root, isCode(file) ? file.replace(/\.ts$/, '.js') : file));

const settingFiles = ['.swcrc', 'tsconfig.base.json', 'scripts/lib/build.mjs', 'node_modules/@swc/core/package.json'];
const inputsHash = (files) => hashFiles([...files, ...settingFiles.map((file) => inRoot(file))]);

/** The aliases of the type checker, so that there is one list; swc turns them into relative paths. */
const swcOptions = () => {
  const { compilerOptions } = readJson(inRoot('tsconfig.base.json'), { compilerOptions: {} });
  const { jsc, ...rest } = readJson(inRoot('.swcrc'), {});
  return {
    ...rest,
    swcrc: false,
    configFile: false,
    jsc: { ...jsc, baseUrl: root, paths: compilerOptions.paths ?? {} },
  };
};

/** Unchanged files keep their time and their bytes: what already runs from dist is not disturbed. */
const writeIfChanged = (file, content) => {
  const before = existsSync(file) ? readFileSync(file) : null;
  if (!before?.equals(Buffer.from(content))) writeFile(file, content);
};

const compile = async (swc, file, options) => {
  const target = outputOf(file);
  const { code, map } = await swc.transform(readFileSync(file, 'utf8'), {
    ...options,
    filename: file,
    sourceFileName: relative(dirname(target), file),
  });
  writeIfChanged(target, `${code}//# sourceMappingURL=${target.split('/').pop()}.map\n`);
  writeIfChanged(`${target}.map`, map);
};

/** Not all at once: each open transform holds its file in memory. */
const inChunks = async (items, size, work) => {
  for (let at = 0; at < items.length; at += size) await Promise.all(items.slice(at, at + size).map(work));
};

/** Only what an earlier build has written: others put files of their own into dist. */
const removeStale = (outputs) => {
  const kept = new Set(outputs);
  for (const name of readJson(manifestFile, [])) {
    if (kept.has(name)) continue;
    const file = join(dist, name);
    rmSync(file, { force: true });
    for (let folder = dirname(file); folder.startsWith(`${dist}/`) && isEmpty(folder); folder = dirname(folder))
      rmdirSync(folder);
  }
  writeFile(manifestFile, JSON.stringify(outputs));
};

const buildAll = async (files) => {
  const swc = createRequire(inRoot('package.json'))('@swc/core');
  const options = swcOptions();
  const code = files.filter(isCode);
  const copied = files.filter((file) => assets.has(extname(file)));
  const faults = [];
  await inChunks(code, 32, (file) => compile(swc, file, options).catch((error) => faults.push(error.message)));
  if (faults.length > 0) throw new Fault(`The build failed:\n${faults.join('\n')}`);
  for (const file of copied) writeIfChanged(outputOf(file), readFileSync(file));
  const outputs = [...code, ...copied].map(outputOf).concat(code.map((file) => `${outputOf(file)}.map`));
  removeStale(outputs.map((file) => relative(dist, file)));
};

/** apps, libs and bench as CommonJS in a mirrored dist tree; nothing is done when nothing has changed. */
export const ensureBuilt = async () => {
  const files = inputs();
  const hash = inputsHash(files);
  if (readText(stampFile) === hash) return;
  await withLock('build', async () => {
    if (readText(stampFile) === hash) return;
    await timed(`built ${files.filter(isCode).length} files into dist`, () => buildAll(files));
    writeFile(stampFile, hash);
  });
};
