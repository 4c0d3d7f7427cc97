import type { JobRow } from '@winnow/storage';
import { waitForJob } from './wait-for-job';

const row = (state: JobRow['state']) => ({ state }) as JobRow;
const never = new AbortController().signal;

/** Wakes that a test tells by hand; a sleep ends at once when its signal fires. */
const house = () => {
  const listeners = new Set<() => void>();
  const wait = (_job: string, ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      if (ms === 0 || signal?.aborted) return resolve();
      listeners.add(resolve);
      signal?.addEventListener('abort', () => resolve());
    });
  return { wakes: { wait }, tell: () => listeners.forEach((resolve) => resolve()) };
};

const isEnough = ({ state }: JobRow): boolean => state === 'succeeded';

describe('waiting for a job', () => {
  it('hears what happens between the look and the sleep', async () => {
    const { wakes, tell } = house();
    let looks = 0;
    const get = async () => {
      looks += 1;
      // It ends right after this look has read it as queued.
      if (looks === 1) tell();
      return row(looks === 1 ? 'queued' : 'succeeded');
    };
    const found = await waitForJob({ wakes, get, isEnough, stopping: () => false }, 'j', 60_000, never);
    expect([found.state, looks]).toEqual(['succeeded', 2]);
  });

  it('looks once more when the time is up', async () => {
    const { wakes } = house();
    const found = await waitForJob(
      { wakes, get: async () => row('queued'), isEnough, stopping: () => false },
      'j',
      0,
      never,
    );
    expect(found.state).toBe('queued');
  });

  it('ends when the caller has hung up', async () => {
    const { wakes } = house();
    const gone = new AbortController();
    const waiting = waitForJob(
      { wakes, get: async () => row('queued'), isEnough, stopping: () => false },
      'j',
      60_000,
      gone.signal,
    );
    setImmediate(() => gone.abort());
    expect((await waiting).state).toBe('queued');
  });

  it('does not hold up a stop', async () => {
    const { wakes } = house();
    const at = { wakes, get: async () => row('queued'), isEnough, stopping: () => true };
    expect((await waitForJob(at, 'j', 60_000, never)).state).toBe('queued');
  });
});
