import { aRung } from '@winnow/testing';
import { phiSize } from '../routing/features';
import type { RouterWeights } from '../routing/router';
import { factsOf } from '../routing/text-facts';
import { decideStart, fitsLadder, type StartAsk } from './decide-start';
import type { Route } from './choose-ladder';

const mini = aRung('openai/mini', 'ultra', '0.15', '0.60');
const oss = aRung('groq/oss', 'ultra', '0.075', '0.30');
const mid = aRung('openai/mid', 'light', '0.40', '1.60');
const big = aRung('openai/big', 'advanced', '2.50', '10');
const ladder: Route = {
  tier: 'ultra',
  ladder: [mini, oss, mid, big].map((rung, i) => ({ ...rung, step: Math.max(0, i - 1) })),
  why: 'starts at ultra with mini',
};
const simple = 'Great sound, I love it.';
const hard =
  'CPU XR-500 at 3.2 GHz with 16 GB memory, latency 20 ms, voltage 12 v, protocol RS-485, better than XR-300 at 2.1 GHz';

/** Heads of zeros say .5 for everything: the levels alone are what it has learned. */
const weights = (...levels: [number, number][]): RouterWeights => ({
  task: 'a.b',
  version: 4,
  rungs: ['openai/mini', 'openai/big'],
  base: new Float32Array(phiSize),
  pairs: [{ plus: new Float32Array(phiSize), minus: new Float32Array(phiSize) }],
  levels: levels.map(([quality, low]) => [{ from: 0, quality, low }]),
  metrics: [],
});

const ask = (but: Partial<StartAsk> = {}): StartAsk => ({
  task: 'a.b',
  text: simple,
  facts: factsOf(but.text ?? simple),
  category: null,
  size: { input: 300, atMost: 700, output: 12, maxTokens: 40 },
  floor: 0.8,
  maxCost: 50_000_000n,
  ladder,
  coldStart: null,
  weights: null,
  mode: 'on',
  random: () => 0.5,
  ...but,
});
const sure = weights([0.9, 0.85], [0.97, 0.95]);
const weak = weights([0.6, 0.5], [0.97, 0.95]);
const low = { random: () => 0.001 };

test.each<[string, Partial<StartAsk>, string[], string]>([
  ['a simple text', {}, ['mini', 'oss', 'mid', 'big'], 'starts at ultra with mini; complexity 0.'],
  [
    'a technical one goes up',
    { text: hard },
    ['mid', 'big', 'mini', 'oss'],
    'starts at light with mid; complexity 0.5',
  ],
  ['but not past its cap', { text: hard, maxCost: 100_000n }, ['mini', 'oss', 'mid', 'big'], 'starts at ultra'],
  [
    'in the shadow it is only said',
    { text: hard, mode: 'shadow' },
    ['mini', 'oss', 'mid', 'big'],
    'would be complexity',
  ],
  [
    'an operator’s ladder is begun where it begins',
    { text: hard, ladder: { ...ladder, configured: true } },
    ['mini', 'oss', 'mid', 'big'],
    'starts at ultra',
  ],
  ['learned: the cheap one is good enough', { text: hard, weights: sure }, ['mini', 'oss', 'mid', 'big'], 'router v4'],
  [
    'learned: it is not',
    { weights: weak },
    ['big', 'mid', 'mini', 'oss'],
    'router v4: openai/big: q 0.970, surely 0.950',
  ],
  ['a higher floor', { weights: sure, floor: 0.9 }, ['big', 'mid', 'mini', 'oss'], 'meets 0.9'],
  [
    'the good one is over the cap',
    { weights: weak, maxCost: 300_000n },
    ['mini', 'oss', 'mid', 'big'],
    'none surely meets',
  ],
  [
    'none is known to fit: its foot, never a refusal',
    { weights: weak, maxCost: 1n },
    ['mini', 'oss', 'mid', 'big'],
    '',
  ],
  ['tried, to learn of it', { weights: sure, ...low }, ['big', 'mid', 'mini', 'oss'], 'tries openai/big'],
  ['never for a high floor', { weights: weak, floor: 0.95, ...low }, ['big', 'mid', 'mini', 'oss'], 'meets 0.95'],
  [
    'weights of another ladder say nothing',
    { weights: { ...weak, rungs: ['openai/gone', 'openai/big'] } },
    ['mini', 'oss', 'mid', 'big'],
    'complexity',
  ],
])('%s', (_name, but, models, why) => {
  const { route } = decideStart(ask(but));
  expect(route.ladder.map(({ model }) => model)).toEqual(models);
  expect(route.why).toContain(why);
  expect(route.tier).toBe(route.ladder[0]?.tier);
});

test('what was drawn is kept with its chance', () => {
  const chosen = decideStart(ask({ weights: sure })).record;
  expect(chosen).toMatchObject({ router: 4, chosen: 'openai/mini', explored: false });
  expect(chosen.propensity).toBeCloseTo(0.99, 12);
  const tried = decideStart(ask({ weights: sure, ...low })).record;
  expect(tried).toMatchObject({ chosen: 'openai/big', explored: true });
  expect(tried.propensity).toBeCloseTo(0.01, 12);
  expect(decideStart(ask({ weights: sure, mode: 'shadow', ...low })).record).toMatchObject({
    mode: 'shadow',
    chosen: 'openai/big',
    propensity: 1,
    explored: false,
  });
});

test('a category counts as hard as it was found, and never leaves ultra alone', () => {
  const coldStart = { cuts: [0.25, 0.45, 0.65, 0.8] as const, rightAtUltra: { Electronics: 0 } };
  const of = (category: string | null) => decideStart(ask({ coldStart, category, text: '', facts: factsOf('') }));
  expect(of('Electronics').record.complexity).toMatchObject({ domain: 1, tier: 'ultra' });
  expect(of('Books').record.complexity).toMatchObject({ domain: 0.3 });
  expect(of('constructor').route.tier).toBe('ultra');
});

test('rungs of weights stand on the ladder in its order', () => {
  expect(fitsLadder(sure, ladder)).toBe(true);
  expect(fitsLadder({ ...sure, rungs: ['openai/big', 'openai/mini'] }, ladder)).toBe(false);
});

test('a decision takes under 2 ms', () => {
  const text = `${hard} ${simple} `.repeat(20);
  const took = Array.from({ length: 200 }, () => {
    const from = performance.now();
    decideStart(ask({ text, facts: factsOf(text), weights: sure }));
    return performance.now() - from;
  }).sort((a, b) => a - b);
  // Of the quiet passes: other tests run on the same cores.
  expect(took[20]).toBeLessThan(2);
});
