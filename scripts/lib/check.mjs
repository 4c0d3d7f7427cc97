import { ensureGenerated } from './generate.mjs';
import { inRoot } from './paths.mjs';
import { capture } from './run.mjs';
import { onOut, seconds } from './say.mjs';

const bin = (name) => inRoot('node_modules', '.bin', name);

/** The cheap ones first. Each is quiet when it passes and prints all it has to say when it fails. */
const checks = [
  { name: 'format', command: bin('prettier'), args: ['--check', '--log-level=warn', '.'], remedy: 'npm run format' },
  { name: 'lint', command: bin('oxlint'), args: ['--deny-warnings'] },
  { name: 'types', command: bin('tsc'), args: ['--noEmit', '-p', 'tsconfig.json'] },
  { name: 'arrows', command: bin('depcruise'), args: ['--config', '.dependency-cruiser.cjs', 'apps', 'libs'] },
  { name: 'unused', command: bin('knip'), args: ['--no-progress'] },
  { name: 'lock file', command: 'npm', args: ['ci', '--dry-run', '--no-audit', '--no-fund', '--loglevel=error'] },
  { name: 'unit', command: bin('jest'), args: ['--selectProjects', 'unit'] },
];

const environment = () => ({ ...process.env, PATH: `${inRoot('node_modules', '.bin')}:${process.env.PATH}` });

const runCheck = async ({ name, command, args, remedy }) => {
  const began = Date.now();
  const { code, output } = await capture(command, args, { cwd: inRoot(), env: environment() });
  const passed = code === 0;
  process.stdout.write(
    `${passed ? onOut('32', 'ok  ') : onOut('31;1', 'FAIL')} ${name.padEnd(10)} ${onOut('2', seconds(began))}\n`,
  );
  if (!passed) process.stdout.write(`\n${output.trimEnd()}\n${remedy ? `\nMend it with: ${remedy}\n` : ''}`);
  return passed;
};

export const check = async () => {
  await ensureGenerated();
  for (const each of checks) if (!(await runCheck(each))) return 1;
  return 0;
};
