import { readTable } from './read-table';

const head = 'provider model from input read write output batch flex priority context most prefix on\n';

test('a line', () =>
  expect(readTable(`${head}anthropic a/b 2026-01-02 1 0.1 1.25 5 0.5+ 0.5/0.05/2.5 - 200000 64000 4096 on`)).toEqual([
    {
      provider: 'anthropic',
      model: 'a/b',
      from: '2026-01-02',
      input: 1_000_000_000n,
      cacheRead: 100_000_000n,
      cacheWrite: 1_250_000_000n,
      output: 5_000_000_000n,
      batchRate: 500_000,
      stacks: true,
      flex: { input: 500_000_000n, cacheRead: 50_000_000n, output: 2_500_000_000n },
      priority: null,
      context: 200_000,
      maxOutput: 64_000,
      cacheMinTokens: 4_096,
      routable: true,
    },
  ]));

test('what is not stated costs what input costs', () =>
  expect(readTable(`${head}groq m 2026-01-02 0.05 - - 0.08 - - - 128000 8192 - off`)[0]).toMatchObject({
    cacheRead: 50000000n,
    cacheWrite: 50000000n,
    batchRate: null,
    stacks: false,
    cacheMinTokens: null,
  }));

test('a line of too few cells is none', () => expect(() => readTable(`${head}groq m 2026-01-02`)).toThrow(/3 cells/));
