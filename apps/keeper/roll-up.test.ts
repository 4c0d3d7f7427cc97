import type { DueForecast } from '@winnow/storage';
import { createRollUpWork } from './roll-up';

const forecast = (id: string, actual: bigint, task = 'a'): DueForecast => ({
  id,
  tenant_id: 't',
  task,
  jobs: 1,
  done: 1,
  low: 90n,
  high: 110n,
  actual,
  kappa: 1.5,
});

test('rolls up, then scores each forecast with what the one before it left behind', async () => {
  const steps: unknown[] = [];
  await createRollUpWork({
    rollUp: { run: async () => steps.push('rolled up') },
    quotes: {
      due: async () => [forecast('q1', 200n), forecast('q2', 100n), forecast('q3', 100n, 'b')],
      score: async ({ id }, inside, kappa) => void steps.push([id, inside, Math.round(kappa * 1e4) / 1e4]),
    },
    onScored: () => undefined,
  })();
  expect(steps).toEqual(['rolled up', ['q1', false, 1.8139], ['q2', true, 1.7958], ['q3', true, 1.4851]]);
});
