import { drawLatencyMs } from './latency';
import { defaultKnobs, patchKnobs } from './knobs';

test('a field that is given is replaced whole, the others stay', () => {
  const patched = patchKnobs({ ...defaultKnobs, seed: 9 }, { latency: { ms: 5 }, hold: true });
  expect(patched).toEqual({
    knobs: { ...defaultKnobs, seed: 9, hold: true, latency: { kind: 'fixed', ms: 5, tokenMs: 0 } },
  });
});

test('what GET gives, PUT takes', () => {
  expect(patchKnobs(defaultKnobs, defaultKnobs)).toEqual({ knobs: defaultKnobs });
});

test.each([
  [{ latency: { ms: -1 } }, '/latency/ms'],
  [{ latency: { kind: 'uniform', ms: 9, toMs: 3 } }, '/latency/toMs'],
  [{ colour: 'red' }, '/colour'],
  [{ faults: [{ kind: 'explode' }] }, '/faults/0/kind'],
  [{ quality: { errorRate: { 'gpt-4o': 2 } } }, '/quality/errorRate/gpt-4o'],
  [{ text: { minWords: 5, maxWords: 2 } }, '/text/maxWords'],
  ['nothing', ''],
])('%j is refused by the name of the field', (patch, pointer) => {
  expect(patchKnobs(defaultKnobs, patch)).toMatchObject({ errors: [{ pointer }] });
});

const draws = (latency: Parameters<typeof drawLatencyMs>[0]) =>
  Array.from({ length: 500 }, (_, i) => drawLatencyMs(latency, 1, i)).sort((a, b) => a - b);

test('latency keeps to its kind', () => {
  expect(new Set(draws({ kind: 'fixed', ms: 7, tokenMs: 0 }))).toEqual(new Set([7]));
  const uniform = draws({ kind: 'uniform', ms: 20, toMs: 60, tokenMs: 0 });
  expect(uniform[0]).toBeGreaterThanOrEqual(20);
  expect(uniform.at(-1)).toBeLessThanOrEqual(60);
  expect(uniform[250]).toBeGreaterThan(35);
  const skewed = draws({ kind: 'lognormal', ms: 100, sigma: 0.5, tokenMs: 0 });
  expect(skewed[250]).toBeGreaterThan(85);
  expect(skewed[250]).toBeLessThan(115);
  expect(skewed.at(-1)).toBeGreaterThan(250);
});
