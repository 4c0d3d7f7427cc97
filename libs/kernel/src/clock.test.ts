import { systemClock } from './clock';

test('the system clock tells the time and never goes back', () => {
  const before = Date.now();
  const start = systemClock.monotonicMs();
  expect(systemClock.now().getTime()).toBeGreaterThanOrEqual(before);
  expect(systemClock.monotonicMs()).toBeGreaterThanOrEqual(start);
});
