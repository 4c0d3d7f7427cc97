import { weightOf } from '../routing/explore';
import { goodOf, referenceGoodOf, type Label } from './labels';

const leastPairs = 100;
const mostRungs = 5;

/** A job that two rungs of a ladder answered. */
export interface Pairing {
  readonly job: string;
  readonly outcomes: readonly (number | null)[];
  readonly weight: number;
}

const countOf = (labels: readonly Label[], cheap: string, dear: string): number =>
  labels.filter(({ subject, reference }) => subject === cheap && reference === dear).length;

/** The rungs that a router can be trained for: each with the next one above that enough of its answers were held against. */
export const chainOf = (labels: readonly Label[], ladder: readonly string[]): readonly string[] => {
  const [first, ...above] =
    ladder
      .map((_, i) => ladder.slice(i))
      .find(([cheap = '', ...dearer]) => dearer.some((dear) => countOf(labels, cheap, dear) >= leastPairs)) ?? [];
  if (first === undefined) return [];
  const chain = [first];
  for (const dear of above)
    if (chain.length < mostRungs && countOf(labels, chain.at(-1) ?? '', dear) >= leastPairs) chain.push(dear);
  return chain;
};

export const pairingsOf = (labels: readonly Label[], chain: readonly string[]): readonly Pairing[] =>
  labels.flatMap((label) => {
    const cheap = chain.indexOf(label.subject);
    if (cheap < 0 || label.reference === null || chain[cheap + 1] !== label.reference) return [];
    const outcomes = chain.map((_, i) =>
      i === cheap ? goodOf(label) : i === cheap + 1 ? referenceGoodOf(label) : null,
    );
    return [{ job: label.job, outcomes, weight: weightOf(label.propensity) }];
  });
