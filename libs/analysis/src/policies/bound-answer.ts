import type { AttemptRecord } from '../ports';

const timesMore = 2;
/** A label that is cut at two dozen tokens needs more than as many again. */
const leastMore = 64;
const mostTokens = 32_768;

type Ended = Pick<AttemptRecord, 'outcome'>;

/** Answers to this job that were cut off. What only checked another answer does not count. */
export const countCuts = (attempts: readonly Ended[]): number =>
  attempts.filter(({ outcome }) => outcome === 'truncated').length;

/** The larger bound that an answer is asked for with once it was cut off, as far as the model goes. */
export const growBound = (asked: number, maxOutput = mostTokens): number =>
  Math.max(asked, Math.min(Math.max(timesMore * asked, asked + leastMore), maxOutput, mostTokens));

/**
 * `max_tokens` of the next send, by which its hold is sized. It grows once, whichever rung cut the answer off: the next one would be cut at
 * the same place.
 */
export const boundAnswer = (asked: number, attempts: readonly Ended[], maxOutput?: number): number =>
  countCuts(attempts) === 0 ? asked : growBound(asked, maxOutput);
