import { ASPECTS, BOOSTS, NEGATIONS, TURNS, WEIGHTS } from './lexicon';

export type Sentiment = 'positive' | 'negative' | 'mixed' | 'neutral';

export interface Clause {
  /** As it stands in the text. */
  readonly text: string;
  readonly positive: number;
  readonly negative: number;
}

const WORD = /[\p{L}][\p{L}'’]*|[\p{Extended_Pictographic}]/gu;
const CLAUSE_END = /[.!?;\n]+|,(?=\s)|\s(?=(?:but|however|although|though|except)\b)/iu;
const STARS = /\b([1-5])(?:\s*\/\s*5|[\s-]*stars?)\b/gi;
const MAX_CLAUSES = 500;
const NEGATION_REACH = 3;

/** Splits a review where its mood may turn, and weighs each part. */
export function weighClauses(text: string): Clause[] {
  return text
    .split(CLAUSE_END, MAX_CLAUSES)
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map(weighClause);
}

function weighClause(text: string): Clause {
  let positive = 0;
  let negative = 0;
  let sinceNegation = NEGATION_REACH + 1;
  let boost = 1;
  for (const [match] of text.toLowerCase().replaceAll('’', "'").matchAll(WORD)) {
    if (NEGATIONS.has(match)) {
      sinceNegation = 0;
      continue;
    }
    sinceNegation += 1;
    const weight = WEIGHTS.get(match);
    if (weight === undefined) {
      boost = BOOSTS.get(match) ?? 1;
      continue;
    }
    // "Not bad" is weaker praise than "good", and "not good" weaker blame than "bad".
    const felt = weight * boost * (sinceNegation <= NEGATION_REACH ? -0.7 : 1);
    if (felt > 0) positive += felt;
    else negative -= felt;
    boost = 1;
  }
  for (const [, stars] of text.matchAll(STARS)) {
    const felt = (Number(stars) - 3) * 1.5;
    if (felt > 0) positive += felt;
    else negative -= felt;
  }
  return { text, positive, negative };
}

const firstWord = (text: string): string => /^[\p{L}]+/u.exec(text.toLowerCase())?.[0] ?? '';

export interface Verdict {
  readonly sentiment: Sentiment;
  readonly score: number;
}

// At this strength of feeling the score is 0.7; it saturates beyond, as star ratings do.
const SATURATION = 15;
const MIXED_RATIO = 0.45;

export function judge(clauses: readonly Clause[]): Verdict {
  const turnAt = clauses.findIndex((clause) => TURNS.has(firstWord(clause.text)));
  let positive = 0;
  let negative = 0;
  for (const [i, clause] of clauses.entries()) {
    const stress = turnAt === -1 ? 1 : i < turnAt ? 0.9 : 1.1;
    positive += clause.positive * stress;
    negative += clause.negative * stress;
  }
  if (positive + negative < 0.9) return { sentiment: 'neutral', score: 0 };
  const sum = positive - negative;
  const score = sum / Math.sqrt(sum * sum + SATURATION);
  const isMixed = Math.min(positive, negative) >= Math.max(positive, negative) * MIXED_RATIO;
  if (isMixed) return { sentiment: 'mixed', score: twoDecimals(Math.max(-0.3, Math.min(0.3, score))) };
  const strength = Math.max(0.1, Math.abs(twoDecimals(score)));
  return sum > 0 ? { sentiment: 'positive', score: strength } : { sentiment: 'negative', score: -strength };
}

const twoDecimals = (value: number): number => Math.round(value * 100) / 100 || 0;

/** A mistake that is consistent in itself, as a model's mistakes are: the score moves with the label. */
export function mistake({ sentiment, score }: Verdict): Verdict {
  switch (sentiment) {
    case 'positive':
      return { sentiment: 'negative', score: -score };
    case 'negative':
      return { sentiment: 'positive', score: -score };
    case 'mixed':
      return score < 0 ? { sentiment: 'negative', score: -0.55 } : { sentiment: 'positive', score: 0.55 };
    case 'neutral':
      return { sentiment: 'mixed', score: 0.05 };
  }
}

const MAX_TOPICS = 5;
const MAX_ISSUES = 3;
const MAX_ISSUE_CHARS = 80;
const MAX_SUMMARY_CHARS = 200;

/** Words for parts of a product, spelt as the review spells them; its longest word when it names none. */
export function topicsOf(text: string): string[] {
  const seen = new Map<string, string>();
  let longest = '';
  for (const [word] of text.matchAll(WORD)) {
    const key = word.toLowerCase();
    if (word.length > longest.length) longest = word;
    if (ASPECTS.has(key) && !seen.has(key)) seen.set(key, word);
    if (seen.size === MAX_TOPICS) break;
  }
  return seen.size > 0 ? [...seen.values()] : longest === '' ? [] : [longest];
}

export const issuesOf = (clauses: readonly Clause[]): string[] =>
  clauses
    .filter((clause) => clause.negative > clause.positive)
    .slice(0, MAX_ISSUES)
    .map((clause) => cutAtWord(clause.text, MAX_ISSUE_CHARS));

/** The clause that feels most, which is what a reader would quote. */
export function summaryOf(text: string, clauses: readonly Clause[]): string {
  const strongest = clauses.reduce<Clause | undefined>(
    (best, clause) => (best && best.positive + best.negative >= clause.positive + clause.negative ? best : clause),
    undefined,
  );
  return cutAtWord(strongest?.text ?? text.trim(), MAX_SUMMARY_CHARS);
}

function cutAtWord(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  const cut = text.slice(0, maxChars);
  const space = cut.lastIndexOf(' ');
  return (space > maxChars / 2 ? cut.slice(0, space) : cut).replace(/[\uD800-\uDBFF]$/, '').trimEnd();
}
