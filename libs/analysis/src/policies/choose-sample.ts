import type { Nano } from '@winnow/kernel';
import type { Rung, Step } from '../ports';

/** How many in all are held against another model: of which the one that would have been asked above, and the tenant's baseline. */
export interface SampleRates {
  readonly shadow: number;
  readonly audit: number;
}

export interface SampleAsk {
  /** drawn evenly from 0 to 1 by the job itself, so that a second run of it draws the same */
  readonly draw: number;
  readonly rates: SampleRates;
  readonly answered: Step;
  readonly ladder: readonly Step[];
  readonly baseline: Rung | undefined;
  /** what is left of what the tenant lets checking cost */
  readonly allowance: Nano;
  /** what is left under the job's own cap */
  readonly room: Nano;
  readonly worstOf: (rung: Rung) => Nano;
}

export type SampleChoice =
  { readonly kind: 'shadow' | 'audit'; readonly rung: Rung } | { readonly kind: 'none'; readonly why?: string };

const isSame = (a: Rung, b: Rung): boolean => a.provider === b.provider && a.model === b.model;

const drawn = ({ draw, rates, answered, ladder, baseline }: SampleAsk): SampleChoice => {
  if (draw < rates.audit) return baseline === undefined ? { kind: 'none' } : { kind: 'audit', rung: baseline };
  if (draw >= rates.audit + rates.shadow) return { kind: 'none' };
  const above = ladder.find(({ step }) => step > answered.step);
  return above === undefined ? { kind: 'none' } : { kind: 'shadow', rung: above };
};

/** Whether this answer is held against another model's, and which. Checking never spends what the job or the tenant has not left for it. */
export const chooseSample = (ask: SampleAsk): SampleChoice => {
  const choice = drawn(ask);
  if (choice.kind === 'none' || isSame(choice.rung, ask.answered)) return { kind: 'none' };
  const worst = ask.worstOf(choice.rung);
  if (worst > ask.room)
    return { kind: 'none', why: `${choice.kind} of ${choice.rung.model} does not fit under maxCost` };
  if (worst > ask.allowance) return { kind: 'none', why: `${choice.kind}: what checking may cost is used up` };
  return choice;
};
