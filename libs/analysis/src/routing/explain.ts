import { predictLogistic } from '../statistics/logistic';
import { namedPhiOf, type Asked } from './features';
import type { GainHeads } from './gain-heads';

export interface Reason {
  readonly name: string;
  /** points of gain that this adds (above 0: for the dearer rung), to first order */
  readonly points: number;
}

const most = 5;
const slopeOf = (p: number): number => p * (1 - p);

/** What spoke most for or against the dearer rung of a pair. */
export const explainGain = ({ plus, minus }: GainHeads, asked: Asked): readonly Reason[] => {
  const phi = namedPhiOf(asked);
  const up = slopeOf(predictLogistic(plus, phi));
  const down = slopeOf(predictLogistic(minus, phi));
  return phi.names
    .map((name, i) => {
      const at = phi.indices[i] ?? 0;
      return { name, points: 100 * (phi.values[i] ?? 0) * (up * (plus[at] ?? 0) - down * (minus[at] ?? 0)) };
    })
    .filter(({ name }) => name !== 'bias')
    .sort((a, b) => Math.abs(b.points) - Math.abs(a.points))
    .slice(0, most);
};
