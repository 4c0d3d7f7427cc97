import { planInstances } from './apps.mjs';

const labels = (scale?: string): string[] => planInstances(scale).map(({ label }: { label: string }) => label);

test('one of each by default, what others lean on first', () => {
  expect(labels()).toEqual(['sandbox', 'keeper', 'enricher', 'executor', 'collector', 'api']);
});

test('WINNOW_SCALE says how many', () => {
  expect(labels('executor=2, collector=0')).toEqual([
    'sandbox',
    'keeper',
    'enricher',
    'executor-1',
    'executor-2',
    'api',
  ]);
});

test.each(['worker=2', 'executor=many', 'executor=-1', 'executor=51', 'api=2'])('%s is refused', (scale) => {
  expect(() => planInstances(scale)).toThrow('WINNOW_SCALE');
});
