import { randomFillSync } from 'node:crypto';

const pool = Buffer.alloc(8_192);
let used = pool.length;

/** Random bytes of which each is handed out once: a call of the system for every id would be the dearest part of taking a job. */
export const pooledRandom = (bytes: number): Uint8Array => {
  if (used + bytes > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += bytes;
  return pool.subarray(used - bytes, used);
};
