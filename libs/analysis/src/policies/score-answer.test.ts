import type { AnyTask, CheckResult } from '@winnow/contracts';
import { z } from 'zod';
import { seeded } from '../statistics/seeded';
import { trainVerifier } from '../scoring/verifier';
import { defineTask } from '../tasks/define-task';
import { scoreAnswer } from './score-answer';

const taskWith = (...checks: CheckResult[]) =>
  defineTask({
    name: 'test.checks',
    version: 1,
    content: 'label',
    about: '',
    input: z.strictObject({}),
    output: z.strictObject({}),
    instructions: () => '',
    checks: Object.fromEntries(checks.map((check) => [check.name, () => check])),
    deadline: '1h',
    start: { tier: 'ultra', maxTokens: () => 10, temperature: 0 },
    example: {},
  });
const check = (name: string, value: number, why?: string): CheckResult => ({ name, value, ...(why && { why }) });
const seen = (task: AnyTask) => ({
  task,
  input: {},
  output: {},
  rung: 'a/b',
  tokens: 5,
  maxTokens: 10,
  verifier: null,
});

test.each<[string, CheckResult[], number, string[]]>([
  ['only the schema spoke', [], 1, []],
  ['all agree', [check('sign', 1)], 1, []],
  ['one of two objects', [check('sign', 0)], 0.5, ['sign']],
  ['one of three objects', [check('sign', 1), check('grounded', 0)], 0.6667, ['grounded']],
  ['half a check still passes', [check('grounded', 0.5)], 0.75, []],
  ['less than half objects', [check('grounded', 0.49)], 0.745, ['grounded']],
])('%s', (_name, checks, score, objections) => {
  const scored = scoreAnswer(seen(taskWith(...checks)));
  expect(scored.score).toBe(score);
  expect(scored.checks.map(({ name }) => name)).toEqual(['schema', ...checks.map(({ name }) => name)]);
  expect(scored.checks.filter(({ ok }) => !ok).map(({ name }) => name)).toEqual(objections);
});

test('a reason is kept, and cut so that it can be stored', () => {
  const [, sign, grounded] = scoreAnswer(
    seen(taskWith(check('sign', 0, '0.9 does not fit negative'), check('grounded', 0, `${'x'.repeat(199)}😀`))),
  ).checks;
  expect(sign).toEqual({ name: 'sign', ok: false, value: 0, why: '0.9 does not fit negative' });
  expect(grounded?.why).toHaveLength(200);
  expect(grounded?.why?.isWellFormed()).toBe(true);
});

test('once it was learned, the score is how often such answers are right', () => {
  const random = seeded(1);
  const rows = Array.from({ length: 400 }, (_, i) => ({
    signs: { 'fault sign': i % 2, length: 0.5, 'rung a/b': 1 },
    good: random() < (i % 2 === 0 ? 0.9 : 0.3) ? 1 : 0,
  }));
  const verifier = trainVerifier(rows, 1);
  const scored = (value: number) => scoreAnswer({ ...seen(taskWith(check('sign', value))), verifier });
  expect(scored(1).calibrated).toBe(true);
  expect(Math.abs(scored(1).score - 0.9)).toBeLessThan(0.06);
  expect(Math.abs(scored(0).score - 0.3)).toBeLessThan(0.06);
  expect(scored(0).signs).toEqual({ 'fault sign': 1, length: 0.5, 'rung a/b': 1 });
});
