import type { CheckResult } from '@winnow/contracts';
import { equationsIn } from './equations';

/** Share of the shown steps that come out when reckoned again. Without steps there is nothing to object to. */
export const arithmetic = (answer: string): CheckResult => {
  const steps = equationsIn(answer);
  const wrong = steps.filter(({ right }) => !right);
  const first = wrong[0];
  if (first === undefined) return { name: 'arithmetic', value: 1 };
  const why = `${first.text.slice(0, 80)}, which makes ${Number(first.made.toPrecision(6))}`;
  return { name: 'arithmetic', value: 1 - wrong.length / steps.length, why };
};
