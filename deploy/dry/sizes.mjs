import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { capture } from '../../scripts/lib/run.mjs';

/** As the disk counts it: whole blocks, which is what an image takes up. */
const megabytesOf = async (path) => {
  const { output } = await capture('du', ['-sk', path]);
  return Math.round(Number(output.split('\t')[0]) / 102.4) / 10;
};

export const sizesOf = async ({ root, workdir }) => {
  const sizes = [];
  for (const path of ['node_modules', 'dist', 'prisma', 'scripts', 'deploy'])
    sizes.push([path, await megabytesOf(join(root, workdir, path))]);
  sizes.push(['Node itself', await megabytesOf(join(root, 'usr'))]);
  return sizes;
};

export const residentMegabytes = (pid) => {
  try {
    const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes ? Math.round(Number(kilobytes) / 1024) : null;
  } catch {
    return null;
  }
};
