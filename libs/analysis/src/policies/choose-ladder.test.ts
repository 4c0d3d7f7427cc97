import type { Tier } from '@winnow/contracts';
import { aRung, createFakeCatalogue } from '@winnow/testing';
import { chooseLadder } from './choose-ladder';

const mini = aRung('openai/mini', 'ultra', '0.15', '0.60');
const oss = aRung('groq/oss', 'ultra', '0.075', '0.30');
const nano = aRung('openai/nano', 'ultra', '0.10', '0.40');
const tiny = aRung('groq/tiny', 'ultra', '0.05', '0.08');
const big = aRung('openai/big', 'advanced', '2.50', '10');

const haiku = aRung('anthropic/haiku', 'light', '0.25', '1.25');
const medium = aRung('openai/medium', 'medium', '0.40', '1.60');
const best = aRung('x/best', 'premium', '15', '75');

test.each([
  [
    'one tier: all on one step, in the order of the catalogue',
    'ultra',
    [mini, oss],
    'ultra',
    ['mini 0', 'oss 0'],
    'starts at ultra with mini',
  ],
  [
    'three of a tier at most',
    'ultra',
    [mini, oss, nano, tiny],
    'ultra',
    ['mini 0', 'oss 0', 'nano 0'],
    'starts at ultra with mini',
  ],
  [
    'above them one rung of each dearer tier, up to two',
    'ultra',
    [mini, oss, best, haiku, medium, big],
    'ultra',
    ['mini 0', 'oss 0', 'haiku 1', 'medium 2'],
    'starts at ultra with mini',
  ],
  [
    'tiers that are empty are passed over',
    'ultra',
    [mini, big],
    'ultra',
    ['mini 0', 'big 1'],
    'starts at ultra with mini',
  ],
  [
    'an empty tier to begin with: the nearest dearer one',
    'ultra',
    [big],
    'advanced',
    ['big 0'],
    'no model at ultra; advanced with big',
  ],
  [
    'never a cheaper tier than was asked for',
    'light',
    [mini, big],
    'advanced',
    ['big 0'],
    'no model at light; advanced with big',
  ],
  ['the dearest tier of all', 'premium', [best], 'premium', ['best 0'], 'starts at premium with best'],
] as const)('%s', (_name, tier, rungs, starts, models, why) => {
  const route = chooseLadder({ task: 'a.b', tier }, createFakeCatalogue(rungs));
  expect(route).toMatchObject({ tier: starts, why });
  expect(route?.ladder.map(({ model, step }) => `${model} ${step}`)).toEqual(models);
});

const seen = (mean: number, n = 100) => ({ mean, low: mean - 0.02, high: mean + 0.02, n, labels: 0 });

test.each([
  ['a dearer rung that is no better is left out', { mini: seen(0.9), haiku: seen(0.85) }, ['mini', 'medium', 'big']],
  ['a dearer one that may be better stays', { mini: seen(0.9), haiku: seen(0.89) }, ['mini', 'haiku', 'medium']],
  ['until enough is seen everything stays', { mini: seen(0.9), haiku: seen(0.5, 29) }, ['mini', 'haiku', 'medium']],
  ['what nobody has measured stays', { haiku: seen(0.5) }, ['mini', 'haiku', 'medium']],
])('%s', (_name, qualities: Record<string, ReturnType<typeof seen>>, models) => {
  const measured = ({ model }: { model: string }) => qualities[model] ?? null;
  const route = chooseLadder({ task: 'a.b', tier: 'ultra', measured }, createFakeCatalogue([mini, haiku, medium, big]));
  expect(route?.ladder.map(({ model }) => model)).toEqual(models);
});

test('a configured ladder is climbed as it is written', () => {
  const route = chooseLadder({ task: 'a.b', tier: 'ultra' }, createFakeCatalogue([mini], [], [tiny, haiku, mini]));
  expect(route).toMatchObject({ tier: 'ultra', why: 'configured: groq/tiny > anthropic/haiku > openai/mini' });
  expect(route?.ladder.map(({ model, step }) => `${model} ${step}`)).toEqual(['tiny 0', 'haiku 1', 'mini 2']);
});

test.each<[string, Tier]>([
  ['nothing at that tier or above', 'premium'],
  ['nothing can be called', 'light'],
])('%s: null', (_name, tier) =>
  expect(
    chooseLadder({ task: 'a.b', tier }, createFakeCatalogue(tier === 'premium' ? [mini, big] : [mini])),
  ).toBeNull(),
);
