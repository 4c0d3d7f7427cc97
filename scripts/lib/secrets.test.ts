import { createHash } from 'node:crypto';
import { base32, createKey } from './secrets.mjs';

test('base32 is read from the front and filled up with zero bits', () => {
  expect(base32(Buffer.from([]))).toBe('');
  expect(base32(Buffer.from([0xff]))).toBe('zw');
  expect(base32(Buffer.from('hello'))).toBe('d1jprv3f');
  expect(base32(Buffer.alloc(32))).toBe('0'.repeat(52));
});

test('a key carries its own check', () => {
  const key = createKey(Buffer.from('0123456789ab', 'hex'), Buffer.alloc(32, 7));
  expect(key).toMatch(/^wk_0123456789ab_[0-9a-hjkmnp-tv-z]{52}[0-9a-hjkmnp-tv-z]{4}$/);
  const body = key.slice(0, -4);
  expect(key.slice(-4)).toBe(base32(createHash('sha256').update(body).digest()).slice(0, 4));
  expect(createKey()).not.toBe(createKey());
});
