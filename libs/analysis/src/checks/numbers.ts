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
  const said = figuresIn(answer);
  if (said.length === 0) return { name: 'numbers', value: 1 };
  const known = new Map(said.flatMap(({ readings }) => readings).map((reading) => [reading, new Set<string>()]));
  const found = new Set<string>();
  for (const { readings, units } of figuresIn(source)) {
    for (const reading of readings) {
      if (known.has(reading)) found.add(reading);
      for (const unit of units) known.get(reading)?.add(unit);
    }
  }
  for (const reading of known.keys()) if (!found.has(reading)) known.delete(reading);
  const strange = said.filter((figure) => !isKnown(figure, known));
  return shareOf(
    'numbers',
    said.length,
    strange.map(({ text }) => `the input does not have ${text}`),
  );
};
