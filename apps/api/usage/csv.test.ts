import { printCsv } from './csv';

test.each<[string, string | number | null, string]>([
  ['text', 'review.sentiment', 'review.sentiment'],
  ['nothing', null, ''],
  ['a number', 3, '3'],
  ['money', '0.000031200', '0.000031200'],
  ['money below zero stays a number', '-0.000031200', '-0.000031200'],
  ['a formula', '=1+1', "'=1+1"],
  ['a formula in other clothes', '@SUM(A1)', "'@SUM(A1)"],
  ['a minus that is no number', '-2+3', "'-2+3"],
  ['a tab', '\t=1', "'\t=1"],
  ['a comma and a quote', 'a "b", c', '"a ""b"", c"'],
  ['a formula with a comma', '=A1,B1', `"'=A1,B1"`],
  ['a line break', 'a\nb', '"a\nb"'],
])('%s', (_name, value, printed) => {
  expect(printCsv(['x'], [[value]])).toBe(`x\r\n${printed}\r\n`);
});
