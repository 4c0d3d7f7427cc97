import type { Nano } from '@winnow/kernel';
import type { AttemptRecord, Step } from '../ports';

export interface EscalationAsk {
  readonly score: number;
  readonly floor: number;
  /** answers that score under it are asked for again further up, although they meet the floor; null: nothing was learned */
  readonly threshold: number | null;
  readonly answered: Step;
  readonly ladder: readonly Step[];
  readonly attempts: readonly Pick<AttemptRecord, 'outcome' | 'provider' | 'model'>[];
  /** what is left under the job's own cap */
  readonly room: Nano;
  readonly worstOf: (rung: Step) => Nano;
}

export type Escalation =
  | { readonly do: 'stay'; readonly note: 'good' | 'spent' | 'top' | 'no-room'; readonly why?: string }
  | { readonly do: 'climb'; readonly rungIndex: number; readonly why: string };

const mostEscalations = 1;

/** An answer that could be read, on a step below: it has been climbed from once. */
const climbsSoFar = ({ attempts, ladder, answered }: EscalationAsk): number =>
  new Set(
    attempts
      .filter(({ outcome }) => outcome === 'ok')
      .flatMap(
        ({ provider, model }) =>
          ladder.find((rung) => rung.provider === provider && rung.model === model && rung.step < answered.step)
            ?.step ?? [],
      ),
  ).size;

/** Whether a poor answer is asked for again one step up: once, and only with money that the job has left. */
export const chooseEscalation = (ask: EscalationAsk): Escalation => {
  const { score, floor, threshold, answered, ladder, room, worstOf } = ask;
  const bound = Math.max(floor, threshold ?? 0);
  if (score >= bound) return { do: 'stay', note: 'good' };
  if (climbsSoFar(ask) >= mostEscalations) return { do: 'stay', note: 'spent', why: 'climbed once already' };
  const rungIndex = ladder.findIndex(({ step }) => step > answered.step);
  const rung = ladder[rungIndex];
  if (rung === undefined) return { do: 'stay', note: 'top', why: 'no step above' };
  if (worstOf(rung) > room) return { do: 'stay', note: 'no-room', why: `${rung.model} does not fit under maxCost` };
  const against = score < floor ? `the floor ${floor}` : `${bound}, which keeps the promised quality`;
  return { do: 'climb', rungIndex, why: `${score} is under ${against}: up to ${rung.model}` };
};
