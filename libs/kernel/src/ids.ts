import { randomBytes } from 'node:crypto';

export type IdPrefix =
  | 'job'
  | 'batch'
  | 'quote'
  | 'file'
  | 'rcpt'
  | 'att'
  | 'act'
  | 'key'
  | 'wh'
  | 'msg'
  | 'mem'
  | 'co'
  | 'exp'
  | 'tun'
  | 'rev'
  | 'req'
  | 'wrk';

const COUNTER_LIMIT = 0x1000;
// A fresh millisecond starts in the lower half, which leaves at least 2,048 steps before the counter overflows.
const COUNTER_SEED_MASK = 0x7ff;
const MAX_UNIX_MS = 2 ** 48 - 1;

/** RFC 9562 section 6.2, method 1: rand_a counts. `fromMs..ms` is the span that one count covers. */
const last = { fromMs: -1, ms: -1, counter: 0 };

/**
 * A count that overflows borrows the next millisecond, and calls whose clock then reads that millisecond carry on
 * counting: ids stay ordered through a burst with one timestamp. A clock set back starts afresh.
 */
const nextTick = (nowMs: number, seed: number): void => {
  const carriesOn = nowMs >= last.fromMs && nowMs <= last.ms;
  if (!carriesOn) return void Object.assign(last, { fromMs: nowMs, ms: nowMs, counter: seed & COUNTER_SEED_MASK });
  last.counter += 1;
  if (last.counter < COUNTER_LIMIT) return;
  last.ms += 1;
  last.counter = seed & COUNTER_SEED_MASK;
};

/** Time-ordered, and ordered within this process also inside one millisecond. */
export const uuidv7 = (now: Date = new Date(), random: (n: number) => Uint8Array = randomBytes): string => {
  const nowMs = now.getTime();
  if (!(nowMs >= 0 && nowMs < MAX_UNIX_MS)) throw new RangeError(`no uuid has the time ${nowMs}`);
  const bytes = Buffer.from(random(10));
  nextTick(nowMs, bytes.readUInt16BE(0));
  bytes[2] = 0x80 | (bytes.readUInt8(2) & 0x3f);
  const time = last.ms.toString(16).padStart(12, '0');
  const counter = last.counter.toString(16).padStart(3, '0');
  const rest = bytes.toString('hex', 2);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${counter}-${rest.slice(0, 4)}-${rest.slice(4)}`;
};

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

const uuidHex = (uuid: string): string => {
  if (!UUID.test(uuid)) throw new TypeError(`not a uuid: ${JSON.stringify(uuid.slice(0, 40))}`);
  return uuid.replaceAll('-', '');
};

export const uuidTime = (uuid: string): Date => new Date(Number.parseInt(uuidHex(uuid).slice(0, 12), 16));

// Crockford's alphabet is in ASCII order, so encoded ids sort as their uuids do.
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
// JavaScript's own radix 32 is fast but has other letters.
const FROM_RADIX_32 = new Map([...ALPHABET].map((digit, value) => [value.toString(32), digit]));
// 26 digits hold 130 bits: a first digit above 7 would be a 129th bit.
const BODY = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;

/** `encodeId('job', uuid)` is `job_` and 26 digits. */
export const encodeId = (prefix: IdPrefix, uuid: string): string => {
  const digits = BigInt(`0x${uuidHex(uuid)}`)
    .toString(32)
    .padStart(26, '0');
  let body = '';
  for (const digit of digits) body += FROM_RADIX_32.get(digit);
  return `${prefix}_${body}`;
};

/** The uuid in lower case, or null when the id is not one that `encodeId` with this prefix could have made. */
export const decodeId = (prefix: IdPrefix, id: string): string | null => {
  const body = id.slice(prefix.length + 1);
  if (!id.startsWith(`${prefix}_`) || !BODY.test(body)) return null;
  let bits = 0n;
  for (const digit of body) bits = (bits << 5n) | BigInt(ALPHABET.indexOf(digit));
  const hex = bits.toString(16).padStart(32, '0');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
};

export const newId = (prefix: IdPrefix): string => encodeId(prefix, uuidv7());
