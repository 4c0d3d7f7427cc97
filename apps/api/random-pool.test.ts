import { pooledRandom } from './random-pool';

describe('the pool of random bytes', () => {
  it('hands no byte out twice', () => {
    const seen = new Set(Array.from({ length: 5_000 }, () => Buffer.from(pooledRandom(10)).toString('hex')));
    expect(seen.size).toBe(5_000);
  });
});
