import { compileDefinition, judgeTrial, type TrialVerdict } from '@winnow/analysis';
import type { DueTrial, TaskTrials } from '@winnow/storage';

interface TrialWorkPorts {
  readonly trials: TaskTrials;
  readonly onDecided: (trial: DueTrial, verdict: TrialVerdict) => void;
  readonly onFault: (trial: DueTrial, error: unknown) => void;
}

const unreadable: TrialVerdict = { kind: 'refused', reasons: ['this installation cannot read its definition'] };

/** A definition that cannot be read would stand before those behind it for ever. */
const judge = ({ onFault }: TrialWorkPorts, trial: DueTrial): TrialVerdict => {
  try {
    return judgeTrial(compileDefinition(trial.name, trial.version, trial.definition), trial.samples);
  } catch (error) {
    onFault(trial, error);
    return unreadable;
  }
};

/** Lets versions serve whose samples were all answered well, and refuses the others. What a keeper that dies leaves, the next one finds. */
export const createTrialWork = (at: TrialWorkPorts) => async (): Promise<void> => {
  for (const trial of await at.trials.due()) {
    const verdict = judge(at, trial);
    if (verdict.kind !== 'open' && (await at.trials.decide(trial.id, verdict))) at.onDecided(trial, verdict);
  }
};
