import { tiers, type Tier } from '@winnow/contracts';
import type { Nano, Random } from '@winnow/kernel';
import type { ColdStart, RouteRecord } from '../ports';
import { nameOfRung } from '../rung-name';
import { climbCosts } from '../routing/climb-costs';
import { explore } from '../routing/explore';
import { phiOf } from '../routing/features';
import { qualitiesOf, type RouterWeights } from '../routing/router';
import { expectedCost, worstCost, type JobSize, type Offer } from '../routing/size-job';
import type { TextFacts } from '../routing/text-facts';
import type { Route } from './choose-ladder';
import { chooseRung, valueOfRight } from './choose-rung';
import { complexityOf, defaultComplexity, type Complexity } from './complexity';
import { startLadder } from './start-ladder';

export interface StartAsk {
  readonly task: string;
  readonly text: string;
  readonly facts: TextFacts;
  readonly category: string | null;
  readonly size: JobSize;
  readonly floor: number;
  readonly maxCost: Nano;
  /** from the task's own tier on */
  readonly ladder: Route;
  readonly coldStart: ColdStart | null;
  readonly weights: RouterWeights | null;
  readonly mode: RouteRecord['mode'];
  readonly random: Random;
}

export interface Start {
  readonly route: Route;
  readonly record: RouteRecord;
  /** how good the rungs are that the router knows, by name */
  readonly offers: readonly Offer[];
}

interface Pick {
  readonly at: number;
  readonly propensity: number;
  readonly explored: boolean;
  readonly router: number | null;
  readonly why: string;
  readonly offers: readonly Offer[];
}

const placeOf = (tier: Tier): number => tiers.indexOf(tier);

/** Weights of another ladder say nothing about this one. */
export const fitsLadder = ({ rungs }: RouterWeights, { ladder }: Route): boolean => {
  const places = rungs.map((name) => ladder.findIndex((rung) => nameOfRung(rung) === name));
  return places.every((place, i) => place >= 0 && (i === 0 || place > (places[i - 1] ?? 0)));
};

const partsOf = ({ score, technical, sentiment, length, domain }: Complexity): string =>
  `complexity ${score.toFixed(2)}: technical ${technical.toFixed(2)}, sentiment ${sentiment.toFixed(2)}, ` +
  `length ${length.toFixed(2)}, domain ${domain.toFixed(2)}`;

/** As far up as the complexity says, the ladder goes and the cap allows. A ladder that an operator wrote is begun where it begins. */
const coldPick = ({ ladder: { ladder, configured }, size, maxCost }: StartAsk, complexity: Complexity): Pick => {
  const reach = ladder.flatMap((rung, at) =>
    at > 0 &&
    rung.step > 0 &&
    configured !== true &&
    placeOf(rung.tier) <= placeOf(complexity.tier) &&
    worstCost(rung, size) <= maxCost
      ? [at]
      : [],
  );
  return {
    at: reach.at(-1) ?? 0,
    propensity: 1,
    explored: false,
    router: null,
    why: partsOf(complexity),
    offers: [],
  };
};

const offersOf = ({ ladder: { ladder }, size, task, text, category }: StartAsk, weights: RouterWeights): Offer[] => {
  const phi = phiOf({ task, text, tokens: size.input, ...(category === null ? {} : { category }) });
  const known = qualitiesOf(weights, phi).flatMap(({ rung: name, quality, low }) => {
    const at = ladder.findIndex((rung) => nameOfRung(rung) === name);
    const rung = ladder[at];
    return rung === undefined ? [] : [{ at, rung, name, quality, low }];
  });
  const costs = climbCosts(
    known.map(({ rung, quality }) => ({ own: expectedCost(rung, size), escalates: 1 - quality })),
  );
  return known.map(({ at, rung, name, quality, low }, k) => ({
    at,
    name,
    quality,
    low,
    expected: costs[k] ?? 0n,
    worst: worstCost(rung, size),
  }));
};

/** Null: by the bounds that intake knows none fits, so the ladder is begun at its foot, where the job was accepted. */
const learnedPick = (ask: StartAsk, weights: RouterWeights): Pick | null => {
  const [primary] = ask.ladder.ladder;
  const offers = offersOf(ask, weights);
  if (primary === undefined) return null;
  const { floor, maxCost, size } = ask;
  const choice = chooseRung(offers, { floor, maxCost, value: valueOfRight(expectedCost(primary, size)) });
  if (choice.kind === 'refused') return null;
  const { rung, propensity, explored } = explore(choice.rung, offers, { floor, maxCost }, ask.random);
  const tried = explored ? `; tries ${offers[rung]?.name} to learn of it` : '';
  const why = `router v${weights.version}: ${choice.why}${tried}`;
  return { at: offers[rung]?.at ?? 0, propensity, explored, router: weights.version, why, offers };
};

const rightIn = (coldStart: ColdStart | null, category: string | null): number | undefined =>
  coldStart !== null && category !== null && Object.hasOwn(coldStart.rightAtUltra, category)
    ? coldStart.rightAtUltra[category]
    : undefined;

/** Where on its ladder a job begins: as learned, else as its text looks. No rung is lost by it, and none is refused. */
export const decideStart = (ask: StartAsk): Start => {
  const { ladder: own, coldStart, category, facts, mode, weights } = ask;
  const right = rightIn(coldStart, category);
  const { weights: parts } = defaultComplexity;
  const complexity = complexityOf(facts, right, { weights: parts, cuts: coldStart?.cuts ?? defaultComplexity.cuts });
  const learned = weights !== null && fitsLadder(weights, own) ? learnedPick(ask, weights) : null;
  const pick = learned ?? coldPick(ask, complexity);
  const chosen = own.ladder[pick.at];
  if (chosen === undefined) throw new RangeError(`a ladder of ${own.ladder.length} rungs has none at ${pick.at}`);
  const follows = mode === 'on';
  const record: RouteRecord = {
    mode,
    complexity,
    category,
    router: pick.router,
    chosen: nameOfRung(chosen),
    propensity: follows ? pick.propensity : 1,
    explored: follows && pick.explored,
  };
  if (!follows || pick.at === 0)
    return {
      route: { ...own, why: `${own.why}; ${follows ? '' : 'would be '}${pick.why}` },
      record,
      offers: pick.offers,
    };
  const why = `starts at ${chosen.tier} with ${chosen.model}; ${pick.why}`;
  return {
    route: { ...own, tier: chosen.tier, ladder: startLadder(own.ladder, pick.at), why },
    record,
    offers: pick.offers,
  };
};
