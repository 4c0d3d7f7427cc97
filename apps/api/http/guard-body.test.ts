import { Refusal } from '@winnow/contracts';
import { guardBody } from './guard-body';

const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth));

const codeOf = (value: unknown): unknown => {
  try {
    guardBody(value);
    return 'taken';
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const [first] = (error.extra['errors'] ?? []) as { pointer: string; code: string }[];
    return first === undefined ? error.code : [error.code, first.pointer, first.code];
  }
};

describe('guarding a body', () => {
  it.each([
    ['32 levels', nested(32), 'taken'],
    ['33 levels', nested(33), 'too-deep'],
    ['10,000 members', Array(10_000).fill(0), 'taken'],
    ['10,001 members', Array(10_001).fill(0), 'malformed-body'],
    ['a text of 100,000', { a: 'x'.repeat(100_000) }, 'taken'],
    ['a text of 100,001', { a: 'x'.repeat(100_001) }, ['invalid', '/a', 'too-long']],
    ['U+0000', { a: ['\0'] }, ['invalid', '/a/0', 'nul']],
    ['half a surrogate pair', { a: '\ud800' }, ['invalid', '/a', 'lone-surrogate']],
    ['__proto__', JSON.parse('{"input":{"__proto__":1}}'), ['invalid', '/input/__proto__', 'forbidden-key']],
    ['constructor', { constructor: 1 }, ['invalid', '/constructor', 'forbidden-key']],
  ])('%s', (_, value, expected) => {
    expect(codeOf(value)).toEqual(expected);
  });
});
