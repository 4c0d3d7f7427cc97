import { aRung } from '@winnow/testing';
import { chooseSample, type SampleAsk } from './choose-sample';

const mini = { ...aRung('openai/mini', 'ultra', '0.15', '0.60'), step: 0 };
const oss = { ...aRung('groq/oss', 'ultra', '0.10', '0.30'), step: 0 };
const haiku = { ...aRung('anthropic/haiku', 'light', '0.25', '1.25'), step: 1 };
const big = aRung('openai/big', 'advanced', '2.50', '10');

const ask: SampleAsk = {
  draw: 0.005,
  rates: { shadow: 0.05, audit: 0.01 },
  answered: mini,
  ladder: [mini, oss, haiku],
  baseline: big,
  allowance: 1_000n,
  room: 1_000n,
  worstOf: () => 1_000n,
};

test.each<[string, Partial<SampleAsk>, string]>([
  ['the first in a hundred: the baseline', {}, 'audit big'],
  ['the next five: the step above, never a mate', { draw: 0.01 }, 'shadow haiku'],
  ['up to their end', { draw: 0.0599 }, 'shadow haiku'],
  ['the others not at all', { draw: 0.061 }, 'none'],
  ['no rates, no samples', { draw: 0, rates: { shadow: 0, audit: 0 } }, 'none'],
  ['no step above', { draw: 0.02, ladder: [mini, oss] }, 'none'],
  ['the baseline cannot be called', { baseline: undefined }, 'none'],
  ['the baseline itself answered', { answered: { ...big, step: 0 } }, 'none'],
  [
    'more than the job may cost',
    { worstOf: () => 1_001n, allowance: 2_000n },
    'none audit of big does not fit under maxCost',
  ],
  ['more than checking may cost', { allowance: 999n }, 'none audit: what checking may cost is used up'],
])('%s', (_name, but, chosen) => {
  const choice = chooseSample({ ...ask, ...but });
  const detail = choice.kind === 'none' ? choice.why : choice.rung.model;
  expect(detail === undefined ? choice.kind : `${choice.kind} ${detail}`).toBe(chosen);
});
