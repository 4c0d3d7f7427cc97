import type { Tier } from '@winnow/contracts';
import { aRung, createFakeCatalogue } from '@winnow/testing';
import { chooseLadder } from './choose-ladder';

const mini = aRung('openai/mini', 'ultra', '0.15', '0.60');
const oss = aRung('groq/oss', 'ultra', '0.075', '0.30');
const nano = aRung('openai/nano', 'ultra', '0.10', '0.40');
const tiny = aRung('groq/tiny', 'ultra', '0.05', '0.08');
const big = aRung('openai/big', 'advanced', '2.50', '10');

test.each([
  [
    'the rungs of the tier, in the order of the catalogue',
    'ultra',
    [mini, oss],
    'ultra',
    ['mini', 'oss'],
    'starts at ultra with mini',
  ],
  [
    'a ladder has three rungs at most',
    'ultra',
    [mini, oss, nano, tiny],
    'ultra',
    ['mini', 'oss', 'nano'],
    'starts at ultra with mini',
  ],
  [
    'an empty tier: the nearest dearer one',
    'ultra',
    [big],
    'advanced',
    ['big'],
    'no model at ultra; advanced with big',
  ],
  [
    'a dearer tier is skipped when it is empty too',
    'light',
    [mini, big],
    'advanced',
    ['big'],
    'no model at light; advanced with big',
  ],
  [
    'the dearest tier of all',
    'premium',
    [aRung('x/best', 'premium', '15', '75')],
    'premium',
    ['best'],
    'starts at premium with best',
  ],
] as const)('%s', (_name, start, rungs, tier, models, why) => {
  const route = chooseLadder(start, createFakeCatalogue(rungs));
  expect(route).toMatchObject({ tier, why });
  expect(route?.ladder.map(({ model }) => model)).toEqual(models);
});

test.each<[string, Tier]>([
  ['never a cheaper tier than the task asks for', 'premium'],
  ['nothing can be called', 'light'],
])('%s: null', (_name, start) =>
  expect(chooseLadder(start, createFakeCatalogue(start === 'premium' ? [mini, big] : [mini]))).toBeNull(),
);
