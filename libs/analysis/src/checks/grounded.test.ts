import { grounded } from './grounded';

const source = 'The Battery  dies after\n2 hours. ﬁne otherwise';

test.each([
  ['nothing is quoted', [], 1, undefined],
  ['as written', ['Battery'], 1, undefined],
  ['in other letters', ['the battery'], 1, undefined],
  ['over a line break', ['dies after 2 hours'], 1, undefined],
  ['a ligature', ['fine otherwise'], 1, undefined],
  ['invented', ['screen'], 0, 'not in the input: screen'],
  ['one of two invented', ['battery', 'screen'], 0.5, 'not in the input: screen'],
  ['the first that is strange is named', ['screen', 'strap', 'battery', 'otherwise'], 0.5, 'not in the input: screen'],
  ['a long one is cut', ['x'.repeat(100)], 0, `not in the input: ${'x'.repeat(80)}`],
])('%s', (_name, phrases, value, why) =>
  expect(grounded(phrases, source)).toEqual({ name: 'grounded', value, ...(why && { why }) }),
);
