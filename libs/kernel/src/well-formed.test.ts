import { isWellFormed } from './well-formed';

test.each([
  ['', true],
  ['plain é 😀', true],
  ['\ud83d\ude00', true],
  ['\ud83d', false],
  ['a\ude00b', false],
  ['\ude00\ud83d', false],
])('%j: %s', (text, expected) => expect(isWellFormed(text)).toBe(expected));
