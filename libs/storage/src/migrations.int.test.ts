import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(__dirname, '..', '..', '..');

test('the migrations lead to prisma/schema.prisma', async () => {
  const check = [join(root, 'scripts', 'migrate.mjs'), '--check'];
  await expect(promisify(execFile)(process.execPath, check, { cwd: root })).resolves.toMatchObject({});
}, 30_000);
