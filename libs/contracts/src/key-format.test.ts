import { makeKey, parseKey } from './key-format';

const zeros = (bytes: number) => new Uint8Array(bytes);

describe('key format', () => {
  it('makes what it can read', () => {
    for (let round = 0; round < 200; round += 1) {
      const { key, publicId } = makeKey();
      expect(key).toMatch(/^wk_[0-9a-f]{12}_[0-9a-hjkmnp-tv-z]{56}$/);
      expect(parseKey(key)).toEqual({ publicId });
    }
  });

  it('is a function of its random bytes', () => {
    expect(makeKey(zeros)).toEqual(makeKey(zeros));
    expect(makeKey(zeros).key.slice(0, 68)).toBe(`wk_000000000000_${'0'.repeat(52)}`);
    expect(makeKey((bytes) => new Uint8Array(bytes).fill(255)).key.slice(16, 68)).toBe(`${'z'.repeat(51)}g`);
  });

  it('refuses every key with one wrong character', () => {
    const { key } = makeKey(zeros);
    for (let at = 3; at < key.length; at += 1) {
      const other = key[at] === '1' ? '2' : '1';
      expect(parseKey(key.slice(0, at) + other + key.slice(at + 1))).toBeNull();
    }
  });

  it.each(['', 'wk_', 'sk-abc', 'wk_9f3a', `wk_${'g'.repeat(12)}_${'0'.repeat(56)}`])('refuses %j', (text) => {
    expect(parseKey(text)).toBeNull();
  });

  it('refuses what stands round a key', () => {
    const { key } = makeKey();
    for (const text of [` ${key}`, `${key} `, `${key}\n`, key.toUpperCase()]) expect(parseKey(text)).toBeNull();
  });
});
