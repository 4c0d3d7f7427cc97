/** A statement "these make that" found in a text, and what the left side really makes. */
export interface Equation {
  readonly text: string;
  readonly operands: readonly number[];
  readonly stated: number;
  readonly made: number;
  readonly right: boolean;
}

const mostLines = 400;
const longestLine = 2_000;
const longestSide = 160;
const deepest = 20;

type Token = number | '+' | '-' | '*' | '/' | '(' | ')' | '%';

const tokenize = (text: string): Token[] =>
  (text.match(/\d+(?:\.\d+)?|\.\d+|[-+*/()%]/g) ?? []).map((part) =>
    /[\d.]/.test(part) ? Number(part) : (part as Exclude<Token, number>),
  );

/** Reads an arithmetic expression by its grammar; text that a model wrote is never evaluated. Null: it is none. */
export const makeOf = (text: string): number | null => {
  const tokens = tokenize(text);
  let at = 0;
  const eat = (...wanted: Token[]): Token | null => {
    const token = tokens[at];
    if (token === undefined || !wanted.includes(token)) return null;
    at += 1;
    return token;
  };
  const atom = (depth: number): number => {
    if (depth > deepest) return Number.NaN;
    if (eat('-')) return -atom(depth + 1);
    if (eat('(')) {
      const inside = sum(depth + 1);
      return eat(')') ? inside : Number.NaN;
    }
    const token = tokens[at];
    if (typeof token !== 'number') return Number.NaN;
    at += 1;
    return eat('%') ? token / 100 : token;
  };
  const product = (depth: number): number => {
    let value = atom(depth);
    for (let sign = eat('*', '/'); sign !== null; sign = eat('*', '/'))
      value = sign === '*' ? value * atom(depth) : value / atom(depth);
    return value;
  };
  const sum = (depth: number): number => {
    let value = product(depth);
    for (let sign = eat('+', '-'); sign !== null; sign = eat('+', '-'))
      value = sign === '+' ? value + product(depth) : value - product(depth);
    return value;
  };
  const value = sum(0);
  return at === tokens.length && Number.isFinite(value) ? value : null;
};

const plain = (line: string): string =>
  line
    .replace(/(?<=\d),(?=\d{3}(?!\d))/g, '')
    .replace(/[$€£\\]/g, '')
    .replace(/[×·]|(?<=[\d)%]\s?)x(?=\s?[\d(])/g, '*')
    .replace(/÷/g, '/')
    .replace(/[−–]/g, '-')
    .replace(/(?<=[\d%)])\s+of\s+(?=[\d(])/g, ' * ');

const leftSide = /[\d(.][\d\s.+\-*/()%]*$/;
const rightSide = /^\s*-?[\d(.][\d\s.+\-*/()%]*/;
const hasOperator = /[\d%)]\s*[-+*/]\s*[\d(.]/;

// A stated result may be rounded.
const agrees = (stated: number, made: number): boolean =>
  Math.abs(stated - made) <= Math.max(0.011, 0.005 * Math.abs(made));

/** What follows the number may be a sentence: the expression ends where it stops being one. */
const leading = (text: string): number | null => {
  const found = rightSide.exec(text.slice(0, longestSide))?.[0];
  if (found === undefined) return null;
  return makeOf(found) ?? makeOf(/^\s*-?[\d.]+%?/.exec(found)?.[0] ?? '');
};

const equationsOf = (line: string): Equation[] => {
  const sides = plain(line).split('=');
  return sides.slice(0, -1).flatMap((side, i) => {
    const tail = side.trimEnd().slice(-longestSide);
    const left = leftSide.exec(tail)?.[0].trim();
    if (left === undefined || !hasOperator.test(left)) return [];
    // "36 miles * 3 / 4": what can be read is only the end of the reckoning
    if (tail.length > left.length && /[-+*/]\s*$/.test(tail.slice(0, -left.length))) return [];
    const made = makeOf(left);
    const stated = leading(sides[i + 1] ?? '');
    if (made === null || stated === null) return [];
    const operands = tokenize(left).filter((token) => typeof token === 'number');
    // "20 % = 20": the sign stands for the same share on both sides
    const right = agrees(stated, made) || agrees(stated, made * 100);
    return [{ text: `${left} = ${stated}`, operands, stated, made, right }];
  });
};

/** Every step of reckoning that a text shows. A reckoner's note in double angles repeats a step, and is not counted twice. */
export const equationsIn = (text: string): readonly Equation[] =>
  text
    .split('\n', mostLines)
    .flatMap((line) => equationsOf(line.slice(0, longestLine).replace(/<<[^<>]{0,200}>>/g, '')));
