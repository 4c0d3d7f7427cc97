import { chmodSync } from 'node:fs';
import { createHash, randomBytes } from 'node:crypto';
import { readJson, writeJson } from './hash.mjs';
import { inData } from './paths.mjs';

// Crockford's: without i, l, o and u, which people misread.
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** Five bits a character from the front; the last character is filled up with zero bits. */
export const base32 = (bytes) => {
  let out = '';
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = (value << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      out += ALPHABET[(value >>> bits) & 31];
    }
    value &= (1 << bits) - 1;
  }
  return bits > 0 ? out + ALPHABET[(value << (5 - bits)) & 31] : out;
};

const checkOf = (text) => base32(createHash('sha256').update(text).digest()).slice(0, 4);

/** `wk_` + id + `_` + secret + check: the check lets a mistyped key be told from an unknown one. */
export const createKey = (id = randomBytes(6), secret = randomBytes(32)) => {
  const body = `wk_${id.toString('hex')}_${base32(secret)}`;
  return body + checkOf(body);
};

const create = () => ({
  WINNOW_SECRET: randomBytes(32).toString('base64'),
  OPERATOR_PASSWORD: base32(randomBytes(12)),
  WINNOW_INIT_KEY: createKey(),
  POSTGRES_PASSWORD: base32(randomBytes(20)),
});

/** Made once and kept, so that a second start knows its key, its cookies and its database again. */
export const ensureSecrets = () => {
  const file = inData('secrets.json');
  const known = readJson(file, {});
  const secrets = { ...create(), ...known };
  if (Object.keys(secrets).some((name) => !known[name])) writeJson(file, secrets, 0o600);
  chmodSync(file, 0o600);
  return secrets;
};
