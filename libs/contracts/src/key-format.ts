import { createHash, randomBytes } from 'node:crypto';

// Crockford's digits in small letters: none of them is read as another.
const digits = '0123456789abcdefghjkmnpqrstvwxyz';
const secretBytes = 32;
const checkLength = 4;
const shape = /^(wk_([0-9a-f]{12})_[0-9a-hjkmnp-tv-z]{52})([0-9a-hjkmnp-tv-z]{4})$/;

export interface ParsedKey {
  /** by which the key is found; no secret */
  readonly publicId: string;
}

const toBase32 = (bytes: Uint8Array): string => {
  let out = '';
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xfff;
    for (bits += 8; bits >= 5; bits -= 5) out += digits[(held >> (bits - 5)) & 31];
  }
  return bits === 0 ? out : out + digits[(held << (5 - bits)) & 31];
};

const checkOf = (body: string): string =>
  toBase32(createHash('sha256').update(body).digest().subarray(0, 3)).slice(0, checkLength);

/** `wk_`, 12 hex digits of the public id, `_`, 256 random bits, and 4 characters by which a typo is told without a query. */
export const makeKey = (random: (bytes: number) => Uint8Array = randomBytes): { key: string; publicId: string } => {
  const publicId = Buffer.from(random(6)).toString('hex');
  const body = `wk_${publicId}_${toBase32(random(secretBytes))}`;
  return { key: body + checkOf(body), publicId };
};

/** Null for what `makeKey` cannot have made. */
export const parseKey = (text: string): ParsedKey | null => {
  const [, body, publicId, check] = shape.exec(text) ?? [];
  return body !== undefined && publicId !== undefined && check === checkOf(body) ? { publicId } : null;
};
