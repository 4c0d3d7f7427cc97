import { createHealth } from './health';

const well = async () => null;
const broken = (why: string) => async () => why;

test('nothing to check: well', async () => {
  const health = createHealth();
  await expect(health.ready()).resolves.toEqual({ ok: true, checks: {} });
  await expect(health.live()).resolves.toEqual({ ok: true, checks: {} });
});

test('one fault is enough, and all are told', async () => {
  const health = createHealth();
  health.addReadiness('postgres', well);
  health.addReadiness('redis', broken('maxmemory-policy is allkeys-lru'));
  health.addReadiness('ledger', () => Promise.reject(new Error('connection refused')));
  await expect(health.ready()).resolves.toEqual({
    ok: false,
    checks: { postgres: 'ok', redis: 'maxmemory-policy is allkeys-lru', ledger: 'connection refused' },
  });
});

test('a degradation is told of and takes nobody out of service', async () => {
  const health = createHealth();
  health.addReadiness('postgres', well);
  health.addDegradation('redis', broken('away'));
  health.addDegradation('docs', well);
  await expect(health.ready()).resolves.toEqual({
    ok: true,
    checks: { postgres: 'ok', redis: 'degraded: away', docs: 'ok' },
  });
});

test('to be ready and to be alive are two questions', async () => {
  const health = createHealth();
  health.addReadiness('postgres', broken('away'));
  health.addLiveness('sweep', well);
  await expect(health.live()).resolves.toEqual({ ok: true, checks: { sweep: 'ok' } });
});

test('the same name twice: the later check stands', async () => {
  const health = createHealth();
  health.addReadiness('start', broken('starting'));
  health.addReadiness('start', well);
  await expect(health.ready()).resolves.toEqual({ ok: true, checks: { start: 'ok' } });
});

test('a check that never answers is a fault after three seconds', async () => {
  jest.useFakeTimers();
  const health = createHealth();
  health.addReadiness('postgres', () => new Promise(() => undefined));
  health.addReadiness('redis', well);
  const report = health.ready();
  await jest.advanceTimersByTimeAsync(3_000);
  await expect(report).resolves.toEqual({ ok: false, checks: { postgres: 'no answer in 3000 ms', redis: 'ok' } });
  expect(jest.getTimerCount()).toBe(0);
  jest.useRealTimers();
});

test('a check that throws at once is a fault as well', async () => {
  const health = createHealth();
  health.addReadiness('postgres', () => {
    throw new Error('no pool');
  });
  await expect(health.ready()).resolves.toEqual({ ok: false, checks: { postgres: 'no pool' } });
});
