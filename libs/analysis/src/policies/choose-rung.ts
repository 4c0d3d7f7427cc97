import { printUsd, type Nano } from '@winnow/kernel';

/** A rung as the choice sees it. Rungs stand from cheap to dear. */
export interface RungOffer {
  readonly name: string;
  /** what a call is expected to cost, with what its escalation would add */
  readonly expected: Nano;
  /** what it may cost at worst */
  readonly worst: Nano;
  /** P(right), and a bound that it is surely not below */
  readonly quality: number;
  readonly low: number;
}

export interface RungTerms {
  readonly floor: number;
  readonly maxCost: Nano;
  /** what a right answer is worth */
  readonly value: Nano;
}

export type RungChoice =
  | { readonly kind: 'chosen'; readonly rung: number; readonly meetsFloor: boolean; readonly why: string }
  | { readonly kind: 'refused'; readonly reason: 'request-cost-too-high'; readonly why: string };

const timesPrimary = 10n;

/** Unless a task says otherwise, a right answer is worth ten calls of its primary model. */
export const valueOfRight = (primary: Nano): Nano => timesPrimary * primary;

// Weighed, not booked: a comparison may round.
const lossOf = ({ expected, quality }: RungOffer, value: Nano): number =>
  Number(expected) + Number(value) * (1 - quality);

const firstLeast = (places: readonly number[], measure: (place: number) => number): number | undefined =>
  places.reduce<number | undefined>(
    (best, place) => (best === undefined || measure(place) < measure(best) ? place : best),
    undefined,
  );

const numbersOf = ({ name, quality, low, expected }: RungOffer): string =>
  `${name}: q ${quality.toFixed(3)}, surely ${low.toFixed(3)}, about ${printUsd(expected)}`;

const tooDear = (rungs: readonly RungOffer[], maxCost: Nano): RungChoice => {
  const least = rungs.reduce<Nano | null>((most, { worst }) => (most === null || worst < most ? worst : most), null);
  const why =
    least === null
      ? 'the ladder has no rung'
      : `the cheapest rung may cost ${printUsd(least)}; raise maxCost from ${printUsd(maxCost)} or shorten the input`;
  return { kind: 'refused', reason: 'request-cost-too-high', why };
};

/** The rung with the least expected loss: its price, and the worth of a right answer times how likely it is wrong. */
export const chooseRung = (rungs: readonly RungOffer[], { floor, maxCost, value }: RungTerms): RungChoice => {
  const fits = rungs.flatMap(({ worst }, place) => (worst <= maxCost ? [place] : []));
  const sure = fits.filter((place) => (rungs[place]?.low ?? 0) >= floor);
  const loss = (place: number): number => {
    const rung = rungs[place];
    return rung === undefined ? Number.POSITIVE_INFINITY : lossOf(rung, value);
  };
  const meetsFloor = sure.length > 0;
  const chosen = meetsFloor ? firstLeast(sure, loss) : firstLeast(fits, (place) => -(rungs[place]?.quality ?? 0));
  const rung = chosen === undefined ? undefined : rungs[chosen];
  if (chosen === undefined || rung === undefined) return tooDear(rungs, maxCost);
  const left = rungs.length - fits.length;
  const over = left > 0 ? `; ${left} of ${rungs.length} rungs may cost over ${printUsd(maxCost)}` : '';
  const against = meetsFloor ? `meets ${floor}` : `none surely meets ${floor}, this is the best`;
  return { kind: 'chosen', rung: chosen, meetsFloor, why: `${numbersOf(rung)}; ${against}${over}` };
};
