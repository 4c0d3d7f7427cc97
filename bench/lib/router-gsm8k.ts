import { arithmetic } from '@winnow/analysis/checks/arithmetic';
import { final } from '@winnow/analysis/checks/final';
import { hedging } from '@winnow/analysis/checks/hedging';
import { refusal } from '@winnow/analysis/checks/refusal';
import { repetition } from '@winnow/analysis/checks/repetition';
import { phiOf } from '@winnow/analysis/routing/features';
import { gainOf, trainGain } from '@winnow/analysis/routing/gain-heads';
import { apgr, callsFor, curveOf, rank } from '@winnow/analysis/routing/measure';
import { signsOf } from '@winnow/analysis/scoring/answer-signs';
import { trainVerifier, verify, type Verifier } from '@winnow/analysis/scoring/verifier';
import type { Prompt } from './router-data';
import { scoreByFolds } from './router-folds';

const checks = [arithmetic, final, hedging, refusal, repetition];
const bins = 10;

export interface CascadeRun {
  readonly apgr: number;
  readonly cpt80: number;
  readonly auc: number;
  readonly ece: number;
  /** share of the bad answers among the 35 % that look worst */
  readonly caughtAt35: number;
  /** by which an answer is sent up, of each prompt */
  readonly scores: Float64Array;
}

const gradedOf = ({ prompt, weak, weak_response: answer = '' }: Prompt) => ({
  good: weak,
  signs: signsOf({ question: prompt, answer, rung: 'weak', checks: checks.map((check) => check(answer)) }),
});

const aucOf = (rows: readonly Prompt[], scores: Float64Array): number => {
  const places = [...scores.keys()];
  const bad = places.filter((at) => rows[at]?.weak === 0);
  const good = places.filter((at) => rows[at]?.weak === 1);
  const above = (at: number, other: number): number => {
    const gap = (scores[at] ?? 0) - (scores[other] ?? 0);
    return gap > 0 ? 1 : gap === 0 ? 0.5 : 0;
  };
  const won = bad.reduce((sum, at) => sum + good.reduce((inner, other) => inner + above(at, other), 0), 0);
  return won / (bad.length * good.length);
};

const eceOf = (rows: readonly Prompt[], stated: Float64Array): number =>
  Array.from({ length: bins }, (_, bin) => {
    const inBin = rows.filter((_row, at) => Math.min(bins - 1, Math.floor((stated[at] ?? 0) * bins)) === bin);
    const claims = [...stated].filter((one) => Math.min(bins - 1, Math.floor(one * bins)) === bin);
    return Math.abs(inBin.reduce((sum, { weak }) => sum + weak, 0) - claims.reduce((sum, one) => sum + one, 0));
  }).reduce((sum, gap) => sum + gap / rows.length, 0);

const caught = (rows: readonly Prompt[], scores: Float64Array, share: number): number => {
  const worst = [...rank(rows, scores).order].slice(0, Math.round(share * rows.length));
  return worst.filter((at) => rows[at]?.weak === 0).length / rows.filter(({ weak }) => weak === 0).length;
};

/** The cheap answer is there: its signs say how likely it is good. */
export const measureCascade = (rows: readonly Prompt[]): ((seed: number) => CascadeRun) => {
  const graded = rows.map(gradedOf);
  const train = (places: readonly number[], seed: number): Verifier => {
    const verifier = trainVerifier(
      places.flatMap((at) => graded[at] ?? []),
      seed,
    );
    if (verifier === null) throw new Error(`${places.length} labels are too few for a verifier`);
    return verifier;
  };
  const seen = (verifier: Verifier, at: number) => verify(verifier, graded[at]?.signs ?? {});
  return (seed) => {
    const scores = scoreByFolds(rows.length, seed, train, (verifier, at) => 1 - seen(verifier, at).raw);
    const stated = scoreByFolds(rows.length, seed, train, (verifier, at) => seen(verifier, at).good);
    const curve = curveOf(rank(rows, scores));
    return {
      apgr: apgr(curve),
      cpt80: callsFor(curve, 0.8),
      auc: aucOf(rows, scores),
      ece: eceOf(rows, stated),
      caughtAt35: caught(rows, scores, 0.35),
      scores,
    };
  };
};

/** What can be known before any answer. */
export const questionApgr = (rows: readonly Prompt[], seed: number): number => {
  const pairs = rows.map(({ prompt, weak, strong }) => ({
    phi: phiOf({ task: 'arithmetic', text: prompt }),
    cheap: weak,
    dear: strong,
  }));
  const kept = (places: readonly number[]) => places.flatMap((at) => pairs[at] ?? []);
  const scores = scoreByFolds(
    rows.length,
    seed,
    (places, foldSeed) => trainGain(kept(places), foldSeed),
    (heads, at) => kept([at]).reduce((_, { phi }) => gainOf(heads, phi), 0),
  );
  return apgr(curveOf(rank(rows, scores)));
};

/** The plain mean of the checks, before anything was learned. */
export const checksApgr = (rows: readonly Prompt[]): number =>
  apgr(
    curveOf(
      rank(
        rows,
        rows.map(({ weak_response: answer = '' }) => -checks.reduce((sum, check) => sum + check(answer).value, 0)),
      ),
    ),
  );
