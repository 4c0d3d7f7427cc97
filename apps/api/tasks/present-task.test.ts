import { builtInTasks, createTaskRegistry, tierOfPrice } from '@winnow/analysis';
import { taskOut } from '@winnow/contracts';
import { shippedModels } from '@winnow/providers';
import { asTenantId } from '@winnow/storage';
import { createCursors } from '../jobs/cursor';
import { createTaskShelf } from './task-shelf';

const rung = { provider: 'openai', model: 'm' };
const tenant = asTenantId('0193aaaa-0000-7000-8000-000000000000');
const shelf = createTaskShelf({
  shipped: createTaskRegistry(),
  store: { list: async () => [], get: async () => null, retire: async () => undefined },
  catalogue: { rungsOf: () => [rung as never] },
  cursors: createCursors('a secret of the tests'),
});

test('every shipped task is shown as the contract has it', async () => {
  const { data, next } = await shelf.page(tenant, 100, undefined);
  expect([data.length, next]).toEqual([builtInTasks.length, null]);
  for (const task of data) expect(taskOut.parse(task)).toEqual(task);
});

test('they are shown a page at a time', async () => {
  const first = await shelf.page(tenant, 7, undefined);
  const second = await shelf.page(tenant, 7, first.next ?? '');
  expect([...first.data, ...second.data].map(({ name }) => name)).toEqual(builtInTasks.map(({ name }) => name));
  expect(second.next).toBeNull();
});

test('what can be done with a task’s jobs is shown with it', async () => {
  expect(await shelf.one(tenant, 'review.sentiment', null)).toMatchObject({
    content: 'label',
    checks: ['schema', 'sign:score', 'filled', 'grounded:topics', 'grounded:issues'],
    phases: [{ name: 'label', share: 1 }],
    memory: { strategy: 'balanced', ttl: '30d', similar: false },
    pack: { max: 10 },
    defer: true,
    deadline: '1h',
  });
  expect(await shelf.one(tenant, 'content.market-research', 1)).toMatchObject({
    content: 'research',
    memory: { ttl: '1h' },
    pack: null,
    phases: [{ name: 'sources' }, { name: 'findings' }, { name: 'comparison' }, { name: 'advice' }],
  });
  expect((await shelf.one(tenant, 'content.market_research', null)).name).toBe('content.market-research');
});

test('every shipped task starts at a tier that has a model with a price', () => {
  const priced = new Set(shippedModels.filter(({ routable }) => routable).map(tierOfPrice));
  for (const { name, start } of builtInTasks) expect([name, priced.has(start.tier)]).toEqual([name, true]);
});
