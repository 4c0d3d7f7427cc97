import type { CheckResult } from '@winnow/contracts';
import { figuresIn, type Figure } from './figures-in';
import { shareOf } from './share-of';

/** Whether the source has the number, with each unit that it is given here. A unit that the source leaves out is a new claim as well. */
const isKnown = (figure: Figure, known: ReadonlyMap<string, ReadonlySet<string>>): boolean =>
  figure.readings.some((reading) => {
    const at = known.get(reading);
    return at !== undefined && figure.units.every((unit) => at.has(unit));
  });

/** Numeric consistency: share of the answer's numbers that the input has, with their units. */
export const numbers = (answer: string, source: string): CheckResult => {
  const known = new Map<string, Set<string>>();
  for (const { readings, units } of figuresIn(source)) {
    for (const reading of readings) known.set(reading, new Set([...(known.get(reading) ?? []), ...units]));
  }
  const said = figuresIn(answer);
  const strange = said.filter((figure) => !isKnown(figure, known));
  return shareOf(
    'numbers',
    said.length,
    strange.map(({ text }) => `the input does not have ${text}`),
  );
};
