import type { Stage } from '@winnow/kernel';
import type { IntakeAnswer, IntakeAsk, Planned, Routed } from './intake-flow';

/** Which way the job goes under its terms. So far there is one: a call of its own, now. */
export const plan = (): Stage<IntakeAsk & Routed, Planned, IntakeAnswer> => ({
  name: 'plan',
  enter: async () => ({ add: { lane: 'direct' }, note: 'direct', why: 'one call of its own, now' }),
});
