import type { CheckResult } from '@winnow/contracts';
import { equationsIn } from '../checks/equations';
import { finalNumber } from '../checks/final';
import { factsOf } from '../routing/text-facts';

/** What is seen of an answer, by name. Names are the vocabulary of a verifier; what it has not learned it leaves out. */
export type Signs = Readonly<Record<string, number>>;

export interface Answered {
  readonly question: string;
  readonly answer: string;
  readonly rung: string;
  readonly checks: readonly CheckResult[];
}

const numbersIn = (text: string): number[] =>
  (text.match(/\d[\d,]*(?:\.\d+)?/g) ?? []).slice(0, 400).map((part) => Number(part.replaceAll(',', '')));
const near = (a: number, b: number): boolean => Math.abs(a - b) <= Math.max(0.011, 0.005 * Math.abs(b));
const shareOf = (part: number, whole: number): number => (whole === 0 ? 1 : part / whole);

/** One of a few bands, so that too short and too long can both speak against an answer. */
const band = (name: string, value: number, edges: readonly number[]): Signs => ({
  [`${name} ${edges.filter((edge) => value >= edge).length}/${edges.length}`]: 1,
});

const signsOfSteps = (question: string, answer: string): Signs => {
  const steps = equationsIn(answer);
  const asked = numbersIn(question);
  const end = finalNumber(answer);
  const known = [...asked, 1, 2, 7, 12, 24, 60, 100];
  let operands = 0;
  let grounded = 0;
  for (const { operands: used, stated } of steps) {
    operands += used.length;
    grounded += used.filter((one) => known.some((other) => near(one, other))).length;
    known.push(stated);
  }
  const used = asked.filter((one) => steps.some((step) => step.operands.some((other) => near(one, other))));
  const last = steps.at(-1)?.stated;
  const reused = steps
    .slice(0, -1)
    .filter(({ stated }, i) => steps.slice(i + 1).some((later) => later.operands.some((one) => near(one, stated))));
  return {
    ...band('steps', steps.length, [1, 2, 3, 4, 6, 8]),
    'steps wrong': steps.filter(({ right }) => !right).length > 0 ? 1 : 0,
    'operands grounded': shareOf(grounded, operands),
    'all operands grounded': grounded === operands ? 1 : 0,
    'numbers of the question used': shareOf(used.length, asked.length),
    'results used again': shareOf(reused.length, Math.max(0, steps.length - 1)),
    'ends in the last result': end !== null && last !== undefined && near(end, last) ? 1 : 0,
    'ends in a number of the question': end !== null && asked.some((one) => near(one, end)) ? 1 : 0,
    'ends in a fraction': end !== null && !Number.isInteger(end) ? 1 : 0,
    'ends in nothing': end === null ? 1 : 0,
    'fractions on the way': shareOf(steps.filter(({ stated }) => !Number.isInteger(stated)).length, steps.length + 1),
    'final size': Math.log1p(Math.abs(end ?? 0)) / 10,
    'steps against numbers': Math.log((steps.length + 1) / (asked.length + 1)),
  };
};

const signsOfQuestion = (question: string): Signs => {
  const facts = factsOf(question);
  return {
    'question words': Math.log1p(facts.words.length),
    'question numbers': Math.log1p(facts.numbers),
    'question sentences': Math.log1p(facts.sentences),
    'question conditionals': Math.log1p(facts.conditionals),
    'question quantifiers': Math.log1p(facts.quantifiers),
    'question comparisons': Math.log1p(facts.comparisons),
    'question units': Math.log1p(facts.specUnits),
    'question shares': /%|\bpercent|\b(?:third|quarter|half|fifth)\b/i.test(question) ? 1 : 0,
  };
};

export const signsOf = ({ question, answer, rung, checks }: Answered): Signs => {
  const words = factsOf(answer).words.length;
  return {
    ...signsOfQuestion(question),
    ...signsOfSteps(question, answer),
    'answer words': Math.log1p(words),
    ...band('answer length', words, [20, 50, 80, 120, 180, 300]),
    ...Object.fromEntries(
      checks.flatMap(({ name, value }) => [
        [`check ${name}`, value],
        [`check ${name} full`, value >= 0.999 ? 1 : 0],
      ]),
    ),
    [`rung ${rung}`]: 1,
  };
};
