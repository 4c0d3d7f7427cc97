import type { Signs } from '../scoring/answer-signs';
import { verify, type Verifier } from '../scoring/verifier';

/** An answer of which somebody else has said whether it is right: another model, or a person. */
export interface Label {
  readonly job: string;
  /** whose answer it is of, and whose it was held against; null: a person alone judged it */
  readonly subject: string;
  readonly reference: string | null;
  readonly agreed: boolean | null;
  /** what a person said; it wins */
  readonly human: number | null;
  readonly score: number;
  readonly signs: Signs | null;
  readonly propensity: number;
}

/** A cheap answer never labels itself: it is right if the reference says the same, or if a person says so. */
export const goodOf = ({ human, agreed }: Label): number => human ?? (agreed === true ? 1 : 0);

/** The reference counts as right, unless a person has judged the answer that it was held against. */
export const referenceGoodOf = ({ human, agreed }: Label): number => {
  if (human === null) return 1;
  return agreed === true ? human : 1 - human;
};

/** By the scorer that serves now: scores of different scorers are no one scale. */
export const rescored = ({ score, signs }: Pick<Label, 'score' | 'signs'>, verifier: Verifier | null): number =>
  verifier === null || signs === null ? score : verify(verifier, signs).good;
