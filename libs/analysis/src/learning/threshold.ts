import { learn, newController, type Controller } from '../routing/controller';
import { goodOf, referenceGoodOf, rescored, type Label } from './labels';
import type { Verifier } from '../scoring/verifier';

/** How poor an answer may look before it is asked for again, with all that it takes to learn on. */
export interface Threshold {
  readonly controller: Controller;
  /** the newest comparison that it has seen */
  readonly seen: number;
  /** the version of the scorer that its scores are of; 0: the mean of the checks */
  readonly scorer: number;
  readonly taskVersion: number;
  readonly promised: number;
}

export interface Comparison extends Label {
  readonly id: number;
}

/** Until there are so many labels nothing is presumed: the first cut of a controller sends everything up. */
const leastLabels = 40;
// Scores are kept to four decimals; one that equals the bound goes up, as the controller has it.
const half = 0.00005;
const above = 2;

export const newThreshold = (of: Pick<Threshold, 'scorer' | 'taskVersion' | 'promised'>): Threshold => ({
  ...of,
  controller: newController,
  seen: 0,
});

/** Takes in comparisons that are newer than what was seen, oldest first. The controller's score is how poor an answer looks. */
export const foldComparisons = (
  past: Threshold,
  comparisons: readonly Comparison[],
  verifier: Verifier | null,
): Threshold =>
  comparisons
    .filter(({ id, agreed }) => id > past.seen && agreed !== null)
    .reduce<Threshold>(
      (state, label) => ({
        ...state,
        seen: label.id,
        controller: learn(
          state.controller,
          { score: 1 - rescored(label, verifier), cheap: goodOf(label), dear: referenceGoodOf(label) },
          state.promised,
        ),
      }),
      past,
    );

/** Answers that score under it are asked for again one step up. Null: none are. */
export const boundOf = ({ controller: { threshold, ring } }: Threshold): number | null => {
  if (ring.length < leastLabels || threshold === Number.POSITIVE_INFINITY) return null;
  return threshold === Number.NEGATIVE_INFINITY ? above : 1 - threshold + half;
};

// JSON has no infinity.
const write = (value: number): number | string => (Number.isFinite(value) ? value : value > 0 ? 'none' : 'all');
const read = (value: number | string): number =>
  typeof value === 'number' ? value : value === 'none' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;

export const encodeThreshold = (state: Threshold): Buffer =>
  Buffer.from(
    JSON.stringify({ ...state, controller: { ...state.controller, threshold: write(state.controller.threshold) } }),
  );

export const decodeThreshold = (bytes: Uint8Array): Threshold => {
  const state = JSON.parse(Buffer.from(bytes).toString()) as Threshold;
  if (!Array.isArray(state.controller?.ring) || typeof state.seen !== 'number')
    throw new RangeError('the threshold of a task cannot be read');
  return { ...state, controller: { ...state.controller, threshold: read(state.controller.threshold) } };
};
