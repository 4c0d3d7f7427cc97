import { builtInTasks } from '@winnow/analysis';
import type { AnyTask } from '@winnow/contracts';
import { assertBooksAgree, liftLimits, readBooks, startApps, type TestApps } from '@winnow/testing';

jest.setTimeout(120_000);

const tasks = builtInTasks.map((task) => [task.name, task] as const);
const example = (task: AnyTask): Record<string, unknown> => task.example as Record<string, unknown>;

/** Another job than the example, so that no answer is one that was given before. */
const again = (task: AnyTask): Record<string, unknown> => {
  const input = example(task);
  const [first = '', value] = Object.entries(input)[0] ?? [];
  return typeof value === 'string'
    ? { ...input, [first]: `${value}, once more` }
    : { ...input, overheads: [{ name: 'Customs', amount: '12.50' }] };
};

describe('every shipped task', () => {
  let apps: TestApps;
  beforeAll(async () => {
    apps = await startApps();
    await liftLimits(apps);
    await apps.sandbox.control({ latency: { kind: 'fixed', ms: 0 } });
  });
  afterAll(() => apps?.stop());

  const run = async (task: AnyTask, input: unknown) => {
    const { status, body } = await apps.api.submit({ task: task.name, input });
    if (status !== 202) throw new Error(`${task.name} was answered ${status}: ${JSON.stringify(body)}`);
    const job = await apps.api.done(body.id);
    return { job, receipt: (await apps.api.receipt(body.id)).body };
  };

  const wrongSoFar = async (): Promise<number> => {
    const response = await fetch(`${apps.sandbox.url}/control/calls?limit=1000`);
    const { calls } = (await response.json()) as { calls: { wrong: number }[] };
    return calls.reduce((sum, { wrong }) => sum + wrong, 0);
  };

  test.each(tasks)('%s succeeds, and its checks are in the receipt', async (_name, task) => {
    const { job, receipt } = await run(task, example(task));
    expect([job.state, receipt.quality.score]).toEqual(['succeeded', 1]);
    const names = receipt.quality.checks.map(({ name }) => name);
    expect(names[0]).toBe('schema');
    expect(names.length).toBeGreaterThan(1);
    expect(['schema', ...task.checkNames]).toEqual(expect.arrayContaining(names));
    expect(receipt.quality.checks.filter(({ ok }) => !ok)).toEqual([]);
  });

  test('models that err are found out by the checks of the tasks they err in', async () => {
    expect(await wrongSoFar()).toBe(0);
    const { byModel } = (await apps.sandbox.stats()) as unknown as { byModel: Record<string, number> };
    const errorRate = Object.fromEntries(Object.keys(byModel).map((model) => [model, 1]));
    await apps.sandbox.control({ quality: { errorRate } });
    // their mistakes are other labels, which no check can know
    const blind = new Set(['review.sentiment', 'product.analyse']);
    for (const [name, task] of tasks.filter(([name]) => !blind.has(name))) {
      const before = await wrongSoFar();
      const { receipt } = await run(task, again(task));
      expect([name, (await wrongSoFar()) > before]).toEqual([name, true]);
      expect([name, receipt.quality.score === 1]).toEqual([name, false]);
    }
  });

  test('the other spelling of a name is the same task', async () => {
    const { status, body } = await apps.api.submit({
      task: 'content.market_research',
      input: { query: 'Steel bottles' },
    });
    expect([status, body.task]).toEqual([202, 'content.market-research']);
    await apps.api.done(body.id);
  });

  test('and the books agree', async () => assertBooksAgree(await readBooks(apps.db)));
});
