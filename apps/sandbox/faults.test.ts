import { faultDrawer, readFaultHeader } from './faults';

test.each([
  ['429', { kind: '429' }],
  ['429;retry-after=2', { kind: '429', retryAfter: 2 }],
  [' cut ; after=12 ', { kind: 'cut', after: 12 }],
  ['drip;every-ms=5', { kind: 'drip', everyMs: 5 }],
  ['hang;for-ms=100', { kind: 'hang', forMs: 100 }],
  ['bad-body;as=json', { kind: 'bad-body', as: 'json' }],
  ['usage-x3', { kind: 'usage-x3' }],
])('header %j', (header, fault) => {
  expect(readFaultHeader(header)).toEqual({ fault });
});

test.each(['', 'explode', '429;retry-after=soon', '429;retry-after=', 'cut;after=-1', '500;colour=red'])(
  'header %j is refused, with the reason',
  (header) => {
    expect(readFaultHeader(header)).toEqual({ wrong: expect.stringMatching(/\w+/) });
  },
);

const call = (model = 'gpt-4o-mini', lastUserText = '') => ({ provider: 'openai', modelNames: [model], lastUserText });
const drawn = (draw: ReturnType<typeof faultDrawer>, times: number) =>
  Array.from({ length: times }, () => draw(call())?.kind);

test('nth counts the calls that the rule could hit, and no others', () => {
  const draw = faultDrawer([{ kind: '500', nth: [1, 3], model: 'gpt-4o-mini' }], 1);
  draw(call('gpt-4o'));
  expect(drawn(draw, 4)).toEqual(['500', undefined, '500', undefined]);
});

test('a rule may look for a word in the prompt', () => {
  const draw = faultDrawer([{ kind: 'hang', match: 'poison' }], 1);
  expect([draw(call('a', 'fine')), draw(call('a', 'a poison pill'))?.kind]).toEqual([undefined, 'hang']);
});

test('the first of two rules wins, and without odds a rule always hits', () => {
  const draw = faultDrawer([{ kind: '503', nth: [2] }, { kind: '429' }], 1);
  expect(drawn(draw, 3)).toEqual(['429', '503', '429']);
});

test('odds are kept, and the same seed draws the same calls', () => {
  const rules = [{ kind: '429' as const, probability: 0.2 }];
  const first = drawn(faultDrawer(rules, 7), 2_000);
  expect(drawn(faultDrawer(rules, 7), 2_000)).toEqual(first);
  expect(drawn(faultDrawer(rules, 8), 2_000)).not.toEqual(first);
  const share = first.filter(Boolean).length / first.length;
  expect(share).toBeGreaterThan(0.17);
  expect(share).toBeLessThan(0.23);
});
