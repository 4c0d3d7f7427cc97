import { createLifecycle } from './lifecycle';
import type { Logger } from './logging';

const told: string[] = [];
const note = (fields: { step?: string }) => void told.push(fields.step ?? 'x');
const log = { info: () => undefined, debug: () => undefined, warn: note } as unknown as Logger;
const exit = jest.fn();
const signals = new Map<string, () => void>();

beforeEach(() => {
  jest.useFakeTimers();
  told.length = 0;
  exit.mockReset();
  signals.clear();
  jest.spyOn(process, 'exit').mockImplementation(exit as never);
  jest.spyOn(process, 'on').mockImplementation(((name: string, listener: () => void) => {
    signals.set(name, listener);
    return process;
  }) as never);
});
afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
});

test('steps stop one after another in the order in which they were added, then the process exits', async () => {
  const lifecycle = createLifecycle(log, 35_000);
  const seen: string[] = [];
  const step = (name: string, ms: number) =>
    lifecycle.onStop(name, 1_000, async () => {
      seen.push(`${name} begins`);
      await new Promise((resolve) => setTimeout(resolve, ms));
      seen.push(`${name} ends`);
    });
  step('claims', 100);
  step('calls', 500);
  lifecycle.onStop('connections', 1_000, () => void seen.push('connections'));
  expect(lifecycle.stopping()).toBe(false);
  const stopped = lifecycle.stop('test');
  expect(lifecycle.stopping()).toBe(true);
  await jest.advanceTimersByTimeAsync(599);
  expect(exit).not.toHaveBeenCalled();
  await jest.advanceTimersByTimeAsync(1);
  await stopped;
  expect(seen).toEqual(['claims begins', 'claims ends', 'calls begins', 'calls ends', 'connections']);
  expect(exit.mock.calls).toEqual([[0]]);
});

test('a step that hangs is given up at its own limit, one that fails is told of: the rest stops all the same', async () => {
  const lifecycle = createLifecycle(log, 35_000);
  const last = jest.fn();
  lifecycle.onStop('hangs', 3_000, () => new Promise(() => undefined));
  lifecycle.onStop('fails', 3_000, () => Promise.reject(new Error('no')));
  lifecycle.onStop('throws', 3_000, () => {
    throw new Error('no');
  });
  lifecycle.onStop('last', 3_000, last);
  const stopped = lifecycle.stop('test');
  await jest.advanceTimersByTimeAsync(2_999);
  expect(last).not.toHaveBeenCalled();
  await jest.advanceTimersByTimeAsync(1);
  await stopped;
  expect(last).toHaveBeenCalledTimes(1);
  expect(told).toEqual(['hangs', 'fails', 'throws']);
  expect(exit.mock.calls).toEqual([[0]]);
});

test('whatever the steps do, the process is gone ten seconds after its grace', async () => {
  const lifecycle = createLifecycle(log, 5_000);
  lifecycle.onStop('hangs', 60_000, () => new Promise(() => undefined));
  void lifecycle.stop('test');
  await jest.advanceTimersByTimeAsync(14_999);
  expect(exit).not.toHaveBeenCalled();
  await jest.advanceTimersByTimeAsync(1);
  expect(exit.mock.calls).toEqual([[1]]);
});

test('stopping twice runs no step twice; the first exit code stands', async () => {
  const lifecycle = createLifecycle(log, 5_000);
  const step = jest.fn();
  lifecycle.onStop('once', 1_000, step);
  await Promise.all([lifecycle.stop('uncaught exception', 70), lifecycle.stop('SIGTERM')]);
  expect(step).toHaveBeenCalledTimes(1);
  expect(exit.mock.calls).toEqual([[70]]);
});

test.each(['SIGTERM', 'SIGINT'])('%s stops in order, a second one ends it at once', async (signal) => {
  const lifecycle = createLifecycle(log, 5_000);
  lifecycle.onStop('calls', 5_000, () => new Promise(() => undefined));
  signals.get(signal)?.();
  expect(lifecycle.stopping()).toBe(true);
  expect(exit).not.toHaveBeenCalled();
  signals.get('SIGINT')?.();
  expect(exit.mock.calls).toEqual([[130]]);
});
