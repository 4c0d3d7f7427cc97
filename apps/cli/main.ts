import { parseArgs } from 'node:util';
import { listModels } from './list-models';
import { refreshModels } from './refresh-models';
import { say } from './say';

const usage = `usage:
  winnow models list [--json]                        models and the prices in force
  winnow models refresh FILE [--apply] [--json]      what a price file in LiteLLM's format (.json, .json.gz) would change;
                                                     --apply writes it down, --dry-run (the standard) does not

DATABASE_URL names the database, for example by \`set -a; source .data/dev.env\`.`;

const wrongUse = 2;

class Misuse extends Error {}

const options = {
  json: { type: 'boolean', default: false },
  apply: { type: 'boolean', default: false },
  'dry-run': { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

const read = (args: readonly string[]) => {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new Misuse((error as Error).message);
  }
};

const databaseUrl = (): string => {
  const url = process.env['DATABASE_URL'];
  if (url === undefined || url === '') throw new Misuse('DATABASE_URL is not set');
  return url;
};

const run = async (args: readonly string[]): Promise<void> => {
  const { values, positionals } = read(args);
  const [topic, verb, file, ...rest] = positionals;
  if (values.help) return say(usage);
  if (topic !== 'models' || rest.length > 0) throw new Misuse('there is no such command');
  if (verb === 'list' && file === undefined) return listModels(databaseUrl(), values.json);
  if (verb !== 'refresh' || file === undefined) throw new Misuse('there is no such command, or its file is missing');
  if (values.apply && values['dry-run']) throw new Misuse('--apply and --dry-run: one of them');
  return refreshModels({ url: databaseUrl(), file, apply: values.apply, json: values.json });
};

run(process.argv.slice(2)).catch((error: unknown) => {
  const misused = error instanceof Misuse;
  process.stderr.write(
    `winnow: ${error instanceof Error ? error.message : String(error)}\n${misused ? `\n${usage}\n` : ''}`,
  );
  process.exitCode = misused ? wrongUse : 1;
});
