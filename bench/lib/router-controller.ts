import { goesUp, learn, newController, type Controller } from '@winnow/analysis/routing/controller';
import { seeded } from '@winnow/analysis/statistics/seeded';
import type { Prompt } from './router-data';

export const stream = { promised: 0.8, shadow: 0.1, warmUp: 2_000, steady: 10_000, settling: 3_000, after: 7_000 };
/** A weak call for a strong one at the prices of the default ladder, gpt-4o-mini and gpt-4o. */
export const weakPrice = 0.06;
const fall = 0.1;

export interface StreamRun {
  readonly quality: number;
  readonly costShare: number;
  readonly whileSettling: number;
  readonly afterDrop: number;
  readonly costShareAfter: number;
}

interface Served {
  readonly good: number;
  readonly cost: number;
}

const mean = (served: readonly Served[], key: keyof Served): number =>
  served.reduce((sum, one) => sum + one[key], 0) / served.length;

/**
 * Jobs are drawn from the prompts with replacement. At the drop a part of the weak model's right answers turns wrong, and looks as before.
 * A shadow label costs a strong call; what is served is what the threshold decided.
 */
export const replayStream = (rows: readonly Prompt[], scores: Float64Array, seed: number): StreamRun => {
  const random = seeded(seed);
  const right = rows.reduce((sum, { weak }) => sum + weak, 0) / rows.length;
  const dropAt = stream.warmUp + stream.steady;
  let controller: Controller = newController;
  const served = Array.from({ length: dropAt + stream.settling + stream.after }, (_, job): Served => {
    const at = Math.floor(random() * rows.length);
    const { weak, strong } = rows[at] ?? { weak: 0, strong: 0 };
    const spoiled = random() < fall / right && job >= dropAt;
    const cheap = spoiled ? 0 : weak;
    const score = scores[at] ?? 0;
    const up = goesUp(controller, score);
    const shadow = random() < stream.shadow;
    if (shadow) controller = learn(controller, { score, cheap, dear: strong }, stream.promised);
    return { good: up ? strong : cheap, cost: weakPrice + (up || shadow ? 1 : 0) };
  });
  const steady = served.slice(stream.warmUp, dropAt);
  const after = served.slice(dropAt + stream.settling);
  return {
    quality: mean(steady, 'good'),
    costShare: mean(steady, 'cost'),
    whileSettling: mean(served.slice(dropAt, dropAt + stream.settling), 'good'),
    afterDrop: mean(after, 'good'),
    costShareAfter: mean(after, 'cost'),
  };
};
