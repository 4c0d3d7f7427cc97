import type { CheckResult, CheckRule } from '@winnow/contracts';
import { arithmetic } from '../../checks/arithmetic';
import { banned } from '../../checks/banned';
import { filled } from '../../checks/filled';
import { grounded } from '../../checks/grounded';
import { hedging } from '../../checks/hedging';
import { language } from '../../checks/language';
import { length } from '../../checks/length';
import { links } from '../../checks/links';
import { numbers } from '../../checks/numbers';
import { range } from '../../checks/range';
import { refusal } from '../../checks/refusal';
import { repetition } from '../../checks/repetition';
import { sign } from '../../checks/sign';
import { addUp, sums } from '../../checks/sums';
import { textsOf } from '../texts-of';
import { valuesAt } from './read-schema';

type Kind = CheckRule['check'];
type RuleOf<K extends Kind> = Extract<CheckRule, { check: K }>;
export type Reads = 'text' | 'number' | 'size' | 'any';
type Outcome = Omit<CheckResult, 'name'> | null;

interface Verifier<Rule> {
  /** what its fields have to be able to hold */
  readonly reads: Reads;
  readonly run: (rule: Rule, asked: unknown, answer: unknown) => Outcome;
}

interface Fields {
  readonly fields: readonly string[];
}

const textOf = (answer: unknown, { fields }: Fields): string =>
  fields
    .flatMap((path) => valuesAt(answer, path))
    .map(textsOf)
    .filter(Boolean)
    .join('\n');

const phrasesOf = (answer: unknown, { fields }: Fields): string[] =>
  fields.flatMap((path) => valuesAt(answer, path)).flatMap((value) => textsOf(value).split('\n').filter(Boolean));

const numbersOf = (answer: unknown, fields: readonly string[]): { what: string; value: number }[] =>
  fields.flatMap((what) =>
    valuesAt(answer, what).flatMap((value) => (typeof value === 'number' ? [{ what, value }] : [])),
  );

/** Numbers of the input are written out: an answer may quote them. */
const wordsOf = (value: unknown): string => {
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'object' || value === null) return textsOf(value);
  return Object.values(value).map(wordsOf).filter(Boolean).join('\n');
};

const sourceOf = (asked: unknown, { in: fields }: { readonly in?: readonly string[] }): string =>
  fields === undefined
    ? wordsOf(asked)
    : fields
        .flatMap((path) => valuesAt(asked, path))
        .map(wordsOf)
        .join('\n');

const sizeOf = (value: unknown): number => (Array.isArray(value) ? value.length : [...String(value)].length);

const unbounded = Number.POSITIVE_INFINITY;

/** The sum of a field that is not there (null) cannot be wrong. */
const checkSum = ({ fields, total, tolerance }: RuleOf<'sum'>, answer: unknown): Outcome => {
  const said = typeof total === 'number' ? total : numbersOf(answer, [total])[0]?.value;
  const parts = numbersOf(answer, fields).map(({ value }) => value);
  if (said === undefined) return null;
  return sums([{ what: `the sum of ${fields.join(', ')}`, said, due: addUp(parts) }], tolerance);
};

const checkSign = (rule: RuleOf<'sign'>, answer: unknown): Outcome => {
  const [first] = numbersOf(answer, rule.fields);
  const label = String(valuesAt(answer, rule.label)[0] ?? '');
  if (first === undefined) return null;
  if (rule.positive.includes(label)) return sign(first.value, { label, holds: (value) => value > 0 });
  return rule.negative.includes(label) ? sign(first.value, { label, holds: (value) => value < 0 }) : null;
};

/** Each check of the closed list, made of the verifiers that the shipped tasks use. */
export const verifiers: { readonly [K in Kind]: Verifier<RuleOf<K>> } = {
  grounded: { reads: 'text', run: (rule, asked, answer) => grounded(phrasesOf(answer, rule), sourceOf(asked, rule)) },
  numbers: { reads: 'text', run: (rule, asked, answer) => numbers(textOf(answer, rule), sourceOf(asked, rule)) },
  links: { reads: 'text', run: (rule, asked, answer) => links(textOf(answer, rule), [sourceOf(asked, rule)]) },
  language: { reads: 'text', run: (rule, asked, answer) => language(textOf(answer, rule), sourceOf(asked, rule)) },
  banned: { reads: 'text', run: (rule, _, answer) => banned(phrasesOf(answer, rule), rule.terms) },
  length: {
    reads: 'size',
    run: ({ fields, min, max }, _, answer) =>
      length(
        fields.flatMap((what) =>
          valuesAt(answer, what).map((value) => ({
            what,
            size: sizeOf(value),
            ...(min === undefined ? {} : { least: min }),
            ...(max === undefined ? {} : { most: max }),
          })),
        ),
      ),
  },
  range: {
    reads: 'number',
    run: ({ fields, min = -unbounded, max = unbounded }, _, answer) =>
      range(numbersOf(answer, fields).map((one) => ({ ...one, least: min, most: max }))),
  },
  sum: { reads: 'number', run: (rule, _, answer) => checkSum(rule, answer) },
  sign: { reads: 'number', run: (rule, _, answer) => checkSign(rule, answer) },
  filled: {
    reads: 'any',
    run: ({ fields }, _, answer) => {
      const parts = fields.map((path): [string, unknown] => [path, valuesAt(answer, path)]);
      return filled(Object.fromEntries(parts));
    },
  },
  arithmetic: { reads: 'text', run: (rule, _, answer) => arithmetic(textOf(answer, rule)) },
  repetition: { reads: 'text', run: (rule, _, answer) => repetition(textOf(answer, rule)) },
  refusal: { reads: 'text', run: (rule, _, answer) => refusal(textOf(answer, rule)) },
  hedging: { reads: 'text', run: (rule, _, answer) => hedging(textOf(answer, rule)) },
};

const runRule = <K extends Kind>(rule: RuleOf<K>, asked: unknown, answer: unknown): Outcome =>
  (verifiers[rule.check as K] as Verifier<RuleOf<K>>).run(rule, asked, answer);

/** Named `verifier:field`, as checks are in receipts; the second of a name gets a number. */
export const checksOf = (rules: readonly CheckRule[]): Record<string, (asked: unknown, answer: unknown) => Outcome> => {
  const table: Record<string, (asked: unknown, answer: unknown) => Outcome> = {};
  for (const rule of rules) {
    const name = `${rule.check}:${rule.fields[0]?.replace('.', '_') ?? 'all'}`;
    let free = name;
    for (let n = 2; Object.hasOwn(table, free); n += 1) free = `${name}_${n}`;
    table[free] = (asked, answer) => runRule(rule, asked, answer);
  }
  return table;
};
