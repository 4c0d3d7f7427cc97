import { aRung } from '@winnow/testing';
import { chooseEscalation, type EscalationAsk } from './choose-escalation';

const mini = { ...aRung('openai/mini', 'ultra', '0.15', '0.60'), step: 0 };
const oss = { ...aRung('groq/oss', 'ultra', '0.10', '0.30'), step: 0 };
const haiku = { ...aRung('anthropic/haiku', 'light', '0.25', '1.25'), step: 1 };
const big = { ...aRung('openai/big', 'advanced', '2.50', '10'), step: 2 };
const answer = (rung: typeof mini) => ({ outcome: 'ok', provider: rung.provider, model: rung.model });

const ask: EscalationAsk = {
  score: 0.7,
  floor: 0.8,
  threshold: null,
  answered: mini,
  ladder: [mini, oss, haiku, big],
  attempts: [answer(mini)],
  room: 1_000n,
  worstOf: () => 1_000n,
};

test.each<[string, Partial<EscalationAsk>, string]>([
  ['under the floor: one step up, past those of the same step', {}, 'climb 2 0.7 is under the floor 0.8: up to haiku'],
  ['at the floor it is good', { score: 0.8 }, 'stay good'],
  [
    'a learned bound above the floor',
    { score: 0.85, threshold: 0.9 },
    'climb 2 0.85 is under 0.9, which keeps the promised quality: up to haiku',
  ],
  [
    'a learned bound never lowers the floor',
    { score: 0.75, threshold: 0.5 },
    'climb 2 0.75 is under the floor 0.8: up to haiku',
  ],
  [
    'from a middle step',
    { answered: haiku, attempts: [answer(haiku)] },
    'climb 3 0.7 is under the floor 0.8: up to big',
  ],
  ['once only', { answered: haiku, attempts: [answer(mini), answer(haiku)] }, 'stay spent climbed once already'],
  [
    'a send that failed below is no climb',
    { answered: haiku, attempts: [{ ...answer(mini), outcome: 'timeout' }, answer(haiku)] },
    'climb 3 0.7 is under the floor 0.8: up to big',
  ],
  ['nothing above', { answered: big, attempts: [answer(big)] }, 'stay top no step above'],
  ['no money left', { room: 999n }, 'stay no-room haiku does not fit under maxCost'],
])('%s', (_name, but, expected) => {
  const chosen = chooseEscalation({ ...ask, ...but });
  const head = chosen.do === 'climb' ? `climb ${chosen.rungIndex}` : `stay ${chosen.note}`;
  expect(chosen.why === undefined ? head : `${head} ${chosen.why}`).toBe(expected);
});
