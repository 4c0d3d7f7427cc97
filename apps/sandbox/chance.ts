/** FNV-1a over the parts, finished as murmur3 does: neighbouring seeds and counters give unrelated numbers. */
export function hash32(...parts: (string | number)[]): number {
  let h = 0x811c9dc5;
  for (const part of parts) {
    const text = String(part);
    for (let i = 0; i < text.length; i += 1) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
    h = Math.imul(h ^ 0x1f, 0x01000193);
  }
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** A number in [0, 1) that depends on nothing but its arguments. */
export const chance = (...parts: (string | number)[]): number => hash32(...parts) / 0x1_0000_0000;

/** One of `choices`, always the same one for the same parts. */
export function pick<T>(choices: readonly [T, ...T[]] | readonly T[], ...parts: (string | number)[]): T {
  if (choices.length === 0) throw new Error('nothing to pick from');
  return choices[hash32(...parts) % choices.length] as T;
}
