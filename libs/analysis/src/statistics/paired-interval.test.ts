import { pairedInterval } from './paired-interval';
import { seeded } from './seeded';

test('it holds the true mean of differences in about 95 % of draws', () => {
  const draws = 150;
  let inside = 0;
  for (let seed = 0; seed < draws; seed += 1) {
    const random = seeded(seed);
    const differences = Array.from({ length: 120 }, () => random() - 0.4);
    const { low, high } = pairedInterval(
      120,
      (times) => differences.reduce((sum, one, i) => sum + one * times[i]!, 0) / 120,
      { replicates: 150, seed },
    );
    if (low <= 0.1 && 0.1 <= high) inside += 1;
  }
  expect(inside / draws).toBeGreaterThan(0.89);
  expect(inside / draws).toBeLessThan(0.99);
});

test('each replicate draws as many rows as there are', () => {
  pairedInterval(
    50,
    (times) => {
      expect(times.reduce((sum, n) => sum + n)).toBe(50);
      return 0;
    },
    { replicates: 20, seed: 1 },
  );
});
