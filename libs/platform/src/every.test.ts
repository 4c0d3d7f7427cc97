import { every } from './every';
import type { Logger } from './logging';

const warn = jest.fn();
const log = { warn } as unknown as Logger;
beforeEach(() => {
  jest.useFakeTimers();
  warn.mockReset();
});
afterEach(() => jest.useRealTimers());
const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms);

/** Work that ends when the test says so. */
const slowWork = () => {
  const ends: { done: () => void; fail: (error: Error) => void }[] = [];
  const work = jest.fn(() => new Promise<void>((done, fail) => ends.push({ done, fail })));
  return { work, ends };
};

test('at once, and then with a pause after each end', async () => {
  const { work, ends } = slowWork();
  every('sweep', 1_000, log, work);
  expect(work).toHaveBeenCalledTimes(1);
  await pass(5_000);
  expect(work).toHaveBeenCalledTimes(1);
  ends[0]?.done();
  await pass(999);
  expect(work).toHaveBeenCalledTimes(1);
  await pass(1);
  expect(work).toHaveBeenCalledTimes(2);
});

test('a nudge in the pause runs it now, and the pause begins again', async () => {
  const work = jest.fn(async () => undefined);
  const loop = every('relay', 1_000, log, work);
  await pass(500);
  loop.nudge();
  expect(work).toHaveBeenCalledTimes(2);
  await pass(999);
  expect(work).toHaveBeenCalledTimes(2);
  await pass(1);
  expect(work).toHaveBeenCalledTimes(3);
});

test('any number of nudges during a run are one run right after it, never two at once', async () => {
  const { work, ends } = slowWork();
  const loop = every('relay', 1_000, log, work);
  for (let n = 0; n < 10; n += 1) loop.nudge();
  expect(work).toHaveBeenCalledTimes(1);
  ends[0]?.done();
  await pass(0);
  expect(work).toHaveBeenCalledTimes(2);
  ends[1]?.done();
  await pass(999);
  expect(work).toHaveBeenCalledTimes(2);
});

test('a fault does not end the loop, and nudges do not make it spin', async () => {
  const { work, ends } = slowWork();
  const loop = every('relay', 1_000, log, work);
  loop.nudge();
  ends[0]?.fail(new Error('away'));
  await pass(999);
  expect(work).toHaveBeenCalledTimes(1);
  await pass(1);
  expect(work).toHaveBeenCalledTimes(2);
});

test('a fault that lasts is told every ten seconds, not once and not each time', async () => {
  every('watch', 1_000, log, () => Promise.reject(new Error('away')));
  await pass(500);
  expect(warn).toHaveBeenCalledTimes(1);
  await pass(9_000);
  expect(warn).toHaveBeenCalledTimes(1);
  await pass(1_000);
  expect(warn).toHaveBeenCalledTimes(2);
  await pass(20_000);
  expect(warn).toHaveBeenCalledTimes(4);
});

test('when it last ended well', async () => {
  let fails = true;
  const loop = every('sweep', 1_000, log, async () => {
    if (fails) throw new Error('away');
  });
  await pass(500);
  expect(loop.lastGoodMs()).toBeNaN();
  fails = false;
  await pass(500);
  expect(loop.lastGoodMs()).toBe(performance.now());
});

test('stopping waits for the run that is under way, and begins no other', async () => {
  const { work, ends } = slowWork();
  const loop = every('sweep', 1_000, log, work);
  loop.nudge();
  let stopped = false;
  const stop = loop.stop().then(() => {
    stopped = true;
  });
  await pass(100);
  expect(stopped).toBe(false);
  ends[0]?.done();
  await stop;
  loop.nudge();
  await pass(10_000);
  expect(work).toHaveBeenCalledTimes(1);
});
