import type { MoveVerdict } from '@winnow/analysis';
import { aClaimedJob } from '@winnow/testing';
import { createRunNow, type RunNowPorts } from './run-now';

const house = (but: Partial<RunNowPorts> = {}) => {
  const told: string[] = [];
  const runNow = createRunNow({
    slots: 2,
    worker: () => 'me',
    leaseMs: 180_000,
    stopping: () => false,
    work: async () => 'moved',
    onFault: (_, error) => told.push((error as Error).message),
    onEnd: () => told.push('end'),
    ...but,
  });
  return { runNow, told };
};

describe('the slots of jobs that run in this process', () => {
  it('are so many, and each is given back once', () => {
    const { runNow } = house();
    const [first, second, third] = [runNow.take(), runNow.take(), runNow.take()];
    expect([first?.claim, second !== null, third]).toEqual([{ worker: 'me', leaseMs: 180_000 }, true, null]);
    first?.free();
    first?.free();
    expect(runNow.underWay()).toBe(1);
    expect(runNow.take()).not.toBeNull();
    expect(runNow.take()).toBeNull();
  });
  it('are held until the work has ended, and given back when it breaks', async () => {
    let end: (verdict: MoveVerdict) => void = () => undefined;
    const { runNow, told } = house({ work: () => new Promise((resolve) => (end = resolve)) });
    const running = runNow.take()?.run(aClaimedJob({}), false);
    expect(runNow.underWay()).toBe(1);
    end('moved');
    await running;
    expect([runNow.underWay(), told]).toEqual([0, ['end']]);
    const broken = house({ work: () => Promise.reject(new Error('no database')) });
    await broken.runNow.take()?.run(aClaimedJob({}), false);
    expect([broken.runNow.underWay(), broken.told]).toEqual([0, ['no database', 'end']]);
  });
  it('are not given where there is none, nor by a process that stops', () => {
    expect(house({ slots: 0 }).runNow.take()).toBeNull();
    expect(house({ stopping: () => true }).runNow.take()).toBeNull();
  });
});
