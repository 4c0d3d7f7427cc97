import { aRung, createFakeCatalogue } from '@winnow/testing';
import { chooseJudge, familyOf } from './choose-judge';

test.each([
  ['openai', 'gpt-4o-mini', 'gpt'],
  ['groq', 'openai/gpt-oss-20b', 'gpt'],
  ['openrouter', 'openai/gpt-4.1', 'gpt'],
  ['openai', 'o4-mini', 'gpt'],
  ['anthropic', 'claude-haiku-4-5', 'claude'],
  ['openrouter', 'anthropic/claude-haiku-4.5', 'claude'],
  ['gemini', 'gemini-2.5-flash', 'gemini'],
  ['groq', 'llama-3.1-8b-instant', 'llama'],
  ['custom', 'qwen3', 'custom'],
])('%s %s is of the family %s', (provider, model, family) => expect(familyOf({ provider, model })).toBe(family));

const mini = aRung('openai/gpt-mini', 'ultra', '0.15', '0.60');
const flash = aRung('gemini/gemini-flash', 'ultra', '0.15', '0.60');
const nano = aRung('openai/gpt-nano', 'light', '0.20', '1.25');
const haiku = aRung('anthropic/claude-haiku', 'advanced', '1', '5');
const gpt = aRung('openai/gpt-4o', 'advanced', '2.50', '10');
const shelf = createFakeCatalogue([mini, flash, nano, haiku, gpt]);

test.each([
  ['neither of the two families', [mini, gpt], 'claude-haiku'],
  ['the cheapest that is left', [haiku], 'gpt-nano'],
  ['all families are taken', [mini, haiku], undefined],
])('%s', (_name, answered, judge) => expect(chooseJudge(answered, shelf)?.model).toBe(judge));
