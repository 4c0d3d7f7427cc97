import { tiers, type Tier } from '@winnow/contracts';
import type { TextFacts } from '../routing/text-facts';

export interface ComplexityWeights {
  readonly technical: number;
  readonly sentiment: number;
  readonly length: number;
  readonly domain: number;
}

/** Least scores of `light`, `medium`, `advanced` and `premium`. */
export type Cuts = readonly [number, number, number, number];

export interface ComplexityConfig {
  readonly weights: ComplexityWeights;
  readonly cuts: Cuts;
}

export type ComplexityParts = ComplexityWeights;

export interface Complexity extends ComplexityParts {
  readonly score: number;
  readonly tier: Tier;
}

export const defaultComplexity: ComplexityConfig = {
  weights: { technical: 0.35, sentiment: 0.25, length: 0.2, domain: 0.2 },
  cuts: [0.35, 0.55, 0.75, 0.9],
};

const mostDomainWeight = 0.2;
const leastFirstCut = 0.25;
const unknownDomain = 0.3;
const enoughScores = 200;
const scoresKept = 2_000;
const loosening = 0.1;
const quantiles = [0.8, 0.95, 0.99, 0.999] as const;

/** Why a configuration cannot be used, with the field. Null: it can. */
export const refuseComplexity = ({ weights, cuts }: ComplexityConfig): string | null => {
  const all = Object.entries(weights) as [keyof ComplexityWeights, number][];
  const strange = all.find(([, weight]) => !(weight >= 0 && weight <= 1));
  if (strange) return `weights.${strange[0]} is ${strange[1]}; weights lie between 0 and 1`;
  const sum = all.reduce((total, [, weight]) => total + weight, 0);
  if (Math.abs(sum - 1) > 1e-9) return `weights sum to ${Number(sum.toFixed(6))}; they have to sum to 1`;
  if (weights.domain > mostDomainWeight)
    return `weights.domain is ${weights.domain}; at most ${mostDomainWeight}, or a category alone would choose the tier`;
  if (!(cuts[0] >= leastFirstCut))
    return `cuts[0] is ${cuts[0]}; at least ${leastFirstCut}, or a category alone could leave ultra`;
  const fall = cuts.findIndex((cut, i) => !(cut <= 1 && (i === 0 || cut > (cuts[i - 1] ?? 0))));
  return fall < 0 ? null : `cuts[${fall}] is ${cuts[fall]}; cuts rise and end at 1 at most`;
};

const unit = (value: number): number => Math.min(1, Math.max(0, value));

/** `rightAtUltra`: how often the cheapest tier is right in this category, shrunk; unknown until there are outcomes. */
const partsOf = (facts: TextFacts, rightAtUltra?: number): ComplexityParts => {
  const words = facts.words.length;
  const { techTerms, digits, specUnits, comparisons, conditionals, negations, contrasts, tokens } = facts;
  return {
    technical: unit((2 * techTerms + 0.3 * digits + specUnits + comparisons) / Math.max(5, words / 8)),
    sentiment: unit((conditionals + negations + 2 * contrasts) / Math.max(3, words / 15)),
    length: unit(Math.log1p(tokens) / Math.log(1_501)),
    domain: rightAtUltra === undefined ? unknownDomain : unit(1 - rightAtUltra),
  };
};

export const tierOfScore = (score: number, cuts: Cuts): Tier =>
  tiers[cuts.filter((cut) => score >= cut).length] ?? 'ultra';

/** The explainable cold start. It asks nobody, learns nothing, and each part of it can be shown. */
export const complexityOf = (
  facts: TextFacts,
  rightAtUltra?: number,
  { weights, cuts }: ComplexityConfig = defaultComplexity,
): Complexity => {
  const parts = partsOf(facts, rightAtUltra);
  const score =
    weights.technical * parts.technical +
    weights.sentiment * parts.sentiment +
    weights.length * parts.length +
    weights.domain * parts.domain;
  return { ...parts, score, tier: tierOfScore(score, cuts) };
};

/**
 * Once 200 jobs of a task were scored, the cuts move to where 80 / 15 / 4 / 1 / .1 % of its newest jobs part, but fall by .1 at most, and
 * the first never below what a category alone can reach.
 */
export const adaptCuts = (scores: readonly number[], cuts: Cuts = defaultComplexity.cuts): Cuts => {
  if (scores.length < enoughScores) return cuts;
  const sorted = scores.slice(-scoresKept).sort((a, b) => a - b);
  const at = (i: 0 | 1 | 2 | 3): number => {
    const found = sorted[Math.min(sorted.length - 1, Math.floor(quantiles[i] * sorted.length))] ?? 1;
    return Math.max(cuts[i] - loosening, found);
  };
  return [Math.max(leastFirstCut, at(0)), at(1), at(2), at(3)];
};
