import { shrink } from './shrink';

test.each([
  ['nothing seen: the prior', 0, 0, 0.7],
  ['as many as the prior weighs: half way', 30, 30, 0.85],
  ['many: what was seen', 3_000, 3_000, 0.997],
])('%s', (_name, sum, n, wanted) => expect(shrink(sum, n, 0.7)).toBeCloseTo(wanted, 3));
