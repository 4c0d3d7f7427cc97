import { relative } from 'node:path';
import { INTERRUPTED, withClosing } from './closing.mjs';
import { diffToSchema, forgetFailure, migrate, writeMigration } from './migrations.mjs';
import { root } from './paths.mjs';
import { Fault, say } from './say.mjs';
import { openThrowaway } from './throwaway.mjs';

const usage = `usage:
  npm run migrate                 apply what is missing to DATABASE_URL
  npm run migrate -- --retry NAME apply again what failed and was corrected
  npm run migrate -- --diff NAME  write the migration that leads to prisma/schema.prisma
  npm run migrate -- --check      fail when the migrations do not lead to prisma/schema.prisma`;

const apply = async (failed) => {
  const url = process.env.DATABASE_URL;
  if (!url) throw new Fault('DATABASE_URL is not set: name the database, for example by `source .data/dev.env` first.');
  if (failed) await forgetFailure(url, failed);
  const applied = await migrate(url);
  say(applied.length > 0 ? `applied: ${applied.join(', ')}` : 'nothing to apply');
  return 0;
};

/** The engine replays the migrations into a shadow database: on a server of its own, nobody's data is near. */
const difference = () =>
  withClosing(async (house) => {
    const { url } = await openThrowaway(house, 'shadow').postgres({ given: process.env.TEST_DATABASE_URL });
    return diffToSchema(url);
  });

const diff = async (name) => {
  if (!name) throw new Fault(usage, 2);
  const sql = await difference();
  if (sql === INTERRUPTED) return 130;
  if (!sql) {
    say('the migrations already lead to prisma/schema.prisma');
    return 0;
  }
  process.stdout.write(sql);
  say(`written to ${relative(root, writeMigration(name, sql))}`);
  return 0;
};

const check = async () => {
  const sql = await difference();
  if (sql === INTERRUPTED) return 130;
  if (!sql) return 0;
  process.stdout.write(sql);
  throw new Fault('The migrations do not lead to prisma/schema.prisma: npm run migrate -- --diff NAME');
};

export const migrateCommand = ([flag, name]) => {
  if (!flag) return apply();
  if (flag === '--retry' && name) return apply(name);
  if (flag === '--diff') return diff(name);
  if (flag === '--check') return check();
  throw new Fault(usage, 2);
};
