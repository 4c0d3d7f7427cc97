import { climbCosts } from './climb-costs';

test.each([
  ['no rung', [], []],
  ['one rung has nowhere to go', [{ own: 100n, escalates: 0.5 }], [100n]],
  [
    'a climb pays for the rungs above it',
    [
      { own: 100n, escalates: 0.5 },
      { own: 1_000n, escalates: 0.1 },
      { own: 5_000n, escalates: 0 },
    ],
    [850n, 1_500n, 5_000n],
  ],
  [
    'a probability outside 0 to 1 is cut',
    [
      { own: 100n, escalates: 7 },
      { own: 1_000n, escalates: -1 },
    ],
    [1_100n, 1_000n],
  ],
])('%s', (_name, rungs, wanted) => expect(climbCosts(rungs)).toEqual(wanted));
