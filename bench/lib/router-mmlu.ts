import { chooseRung, valueOfRight } from '@winnow/analysis/policies/choose-rung';
import { complexityOf } from '@winnow/analysis/policies/complexity';
import { climbCosts } from '@winnow/analysis/routing/climb-costs';
import { explore } from '@winnow/analysis/routing/explore';
import { phiOf, type Asked } from '@winnow/analysis/routing/features';
import { gainOf, trainGain } from '@winnow/analysis/routing/gain-heads';
import { apgr, callsFor, curveOf, rank } from '@winnow/analysis/routing/measure';
import { qualitiesOf, type RouterWeights } from '@winnow/analysis/routing/router';
import { factsOf } from '@winnow/analysis/routing/text-facts';
import { trainRouter } from '@winnow/analysis/routing/train-router';
import { pairedInterval } from '@winnow/analysis/statistics/paired-interval';
import { seeded, shuffled } from '@winnow/analysis/statistics/seeded';
import { quantile } from './report';
import type { Prompt } from './router-data';
import { scoreByFolds } from './router-folds';

const replicates = 1_000;
const task = 'multiple-choice';
const passes = 20;
const jobsOfPass = 500;
const prices = [60n, 1_000n] as const;

const askedOf = ({ prompt, domain }: Prompt): Asked => ({ task, text: prompt, category: domain });

export const lengthApgr = (rows: readonly Prompt[]): number =>
  apgr(
    curveOf(
      rank(
        rows,
        rows.map(({ prompt }) => prompt.length),
      ),
    ),
  );

export const rulesApgr = (rows: readonly Prompt[]): number =>
  apgr(
    curveOf(
      rank(
        rows,
        rows.map(({ prompt }) => complexityOf(factsOf(prompt)).score),
      ),
    ),
  );

export interface MmluRun {
  readonly apgr: number;
  readonly cpt50: number;
  readonly cpt80: number;
  readonly overLengthLow: number;
}

/** Five folds: each prompt is scored by heads that have not seen it. */
export const measureMmlu = (rows: readonly Prompt[]): ((seed: number) => MmluRun) => {
  const pairs = rows.map((row) => ({ phi: phiOf(askedOf(row)), cheap: row.weak, dear: row.strong }));
  const kept = (places: readonly number[]) => places.flatMap((at) => pairs[at] ?? []);
  const length = rank(
    rows,
    rows.map(({ prompt }) => prompt.length),
  );
  return (seed) => {
    const scores = scoreByFolds(
      rows.length,
      seed,
      (places, foldSeed) => trainGain(kept(places), foldSeed),
      (heads, at) => kept([at]).reduce((_, { phi }) => gainOf(heads, phi), 0),
    );
    const mine = rank(rows, scores);
    const curve = curveOf(mine);
    const gain = (times: Uint16Array): number => apgr(curveOf(mine, times)) - apgr(curveOf(length, times));
    return {
      apgr: apgr(curve),
      cpt50: callsFor(curve, 0.5),
      cpt80: callsFor(curve, 0.8),
      overLengthLow: pairedInterval(rows.length, gain, { replicates, seed }).low,
    };
  };
};

export interface Decisions {
  readonly p99Ms: number;
  readonly trainSeconds: number;
  readonly promoted: boolean;
}

const decideEach = (rows: readonly Prompt[], weights: RouterWeights, seed: number): number[] => {
  const random = seeded(seed);
  return rows.map((row) => {
    const start = performance.now();
    const qualities = qualitiesOf(weights, phiOf(askedOf(row)));
    const climbs = qualities.map(({ quality }, k) => ({ own: prices[k] ?? 0n, escalates: 1 - quality }));
    const expected = climbCosts(climbs);
    const offers = qualities.map(({ rung, quality, low }, k) => {
      const cost = expected[k] ?? 0n;
      return { name: rung, quality, low, expected: cost, worst: 2n * cost };
    });
    const terms = { floor: 0.7, maxCost: 10_000n, value: valueOfRight(prices[0]) };
    const choice = chooseRung(offers, terms);
    if (choice.kind === 'chosen') explore(choice.rung, offers, terms, random);
    return performance.now() - start;
  });
};

/** The way of the product: train on the older outcomes, judge on the newest fifth, then decide job by job from its text. */
export const measureDecisions = (rows: readonly Prompt[], seed: number): Decisions => {
  const mixed = [...shuffled(rows.length, seeded(seed))].flatMap((at) => rows[at] ?? []);
  const outcomes = mixed.map((row) => ({
    phi: phiOf(askedOf(row)),
    words: row.prompt.length,
    outcomes: [row.weak, row.strong],
    weight: 1,
  }));
  const began = performance.now();
  const training = trainRouter({ task, version: 1, rungs: ['weak', 'strong'], rows: outcomes, old: null, seed });
  const trainSeconds = (performance.now() - began) / 1_000;
  if (training.kind === 'too-few') throw new Error(`${training.rows} outcomes are too few to train on`);
  const p99s = Array.from({ length: passes }, (_, pass) => {
    const some = mixed.slice(pass * jobsOfPass, (pass + 1) * jobsOfPass);
    return quantile(decideEach(some, training.weights, seed), 0.99);
  });
  // Other work on the machine can only add to it: the quietest pass comes nearest to what a decision takes.
  return { p99Ms: Math.min(...p99s), trainSeconds, promoted: training.promote };
};
