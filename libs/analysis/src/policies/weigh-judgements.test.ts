import { weighJudgements } from './weigh-judgements';

test.each([
  ['better both times', 'first', 'second', 1, true],
  ['worse both times', 'second', 'first', 0, false],
  ['always the first: a leaning, no verdict', 'first', 'first', 0.5, true],
  ['always the second', 'second', 'second', 0.5, true],
  ['a tie', 'tie', 'tie', 0.5, true],
  ['a tie once', 'tie', 'first', 0.5, true],
] as const)('%s', (_name, one, other, value, agreed) => expect(weighJudgements(one, other)).toEqual({ value, agreed }));
