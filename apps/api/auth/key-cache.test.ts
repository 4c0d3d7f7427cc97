import type { KeyRecord } from '@winnow/storage';
import { createKeyCache } from './key-cache';

const record = { id: 'k' } as KeyRecord;

describe('the cache of keys', () => {
  it('forgets the oldest over its bound', async () => {
    const asked: string[] = [];
    const byPublicId = async (id: string) => {
      asked.push(id);
      return record;
    };
    const cache = createKeyCache({ byPublicId }, { maxEntries: 2, nowMs: () => 0 });
    for (const id of ['a', 'b', 'c', 'b', 'a']) await cache.find(id);
    expect(asked).toEqual(['a', 'b', 'c', 'a']);
  });

  it('remembers that there is none, but no failure', async () => {
    let answers: (() => Promise<KeyRecord | null>)[] = [
      async () => {
        throw new Error('away');
      },
      async () => null,
    ];
    const byPublicId = () => {
      const [first, ...rest] = answers;
      answers = rest;
      return (first as () => Promise<KeyRecord | null>)();
    };
    const cache = createKeyCache({ byPublicId }, { nowMs: () => 0 });
    await expect(cache.find('a')).rejects.toThrow('away');
    expect(await cache.find('a')).toBeNull();
    expect(await cache.find('a')).toBeNull();
    expect(cache.hasFound('a')).toBe(false);
  });
});
