import type { Stage } from '@winnow/kernel';
import { chooseLadder } from '../policies/choose-ladder';
import type { Catalogue } from '../ports';
import { failed } from './fulfil-flow';
import type { IntakeAnswer, IntakeAsk, Routed } from './intake-flow';

export const route = (
  catalogue: Pick<Catalogue, 'rungsOf' | 'configured'>,
): Stage<IntakeAsk, Routed, IntakeAnswer> => ({
  name: 'route',
  enter: async ({ task }) => {
    const chosen = chooseLadder({ task: task.name, tier: task.start.tier }, catalogue);
    if (chosen !== null) return { add: { route: chosen }, note: chosen.tier, why: chosen.why };
    const verdict = failed('provider-failed', 'no model that has a price can be called now', true, null);
    return { answer: { kind: 'ended', verdict }, note: 'no-model' };
  },
});
