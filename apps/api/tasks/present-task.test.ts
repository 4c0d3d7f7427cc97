import { builtInTasks, createTaskRegistry, tierOfPrice } from '@winnow/analysis';
import { taskOut } from '@winnow/contracts';
import { shippedModels } from '@winnow/providers';
import { createTaskShelf } from './task-shelf';

const rung = { provider: 'openai', model: 'm' };
const shelf = createTaskShelf(createTaskRegistry(), { rungsOf: () => [rung as never] });

test('every shipped task is shown as the contract has it', () => {
  expect(shelf.all()).toHaveLength(builtInTasks.length);
  for (const task of shelf.all()) expect(taskOut.parse(task)).toEqual(task);
});

test('what can be done with a task’s jobs is shown with it', () => {
  expect(shelf.one('review.sentiment', null)).toMatchObject({
    content: 'label',
    checks: ['schema', 'sign:score', 'filled', 'grounded:topics', 'grounded:issues'],
    phases: [{ name: 'label', share: 1 }],
    memory: { strategy: 'balanced', ttl: '30d', similar: false },
    pack: { max: 10 },
    defer: true,
    deadline: '1h',
  });
  expect(shelf.one('content.market-research', 1)).toMatchObject({
    content: 'research',
    memory: { ttl: '1h' },
    pack: null,
    phases: [{ name: 'sources' }, { name: 'findings' }, { name: 'comparison' }, { name: 'advice' }],
  });
  expect(shelf.one('content.market_research', null).name).toBe('content.market-research');
});

test('every shipped task starts at a tier that has a model with a price', () => {
  const priced = new Set(shippedModels.filter(({ routable }) => routable).map(tierOfPrice));
  for (const { name, start } of builtInTasks) expect([name, priced.has(start.tier)]).toEqual([name, true]);
});
