import { anAttempt, aRung } from '@winnow/testing';
import type { AttemptRecord } from '../ports';
import { countSends, countSendsTo, isLeft, isSpent } from './count-sends';

const mini = aRung('openai/mini', 'ultra', '0.15', '0.60');
const oss = aRung('groq/oss', 'ultra', '0.075', '0.30');
const sent = (outcome: string | null, but: Partial<AttemptRecord> = {}) => anAttempt({ outcome, ...but });
const unsent = sent('unsent', { sentAt: null });
const elsewhere = sent('timeout', { provider: 'groq', model: 'oss', price: oss.price });

test.each<[string, readonly AttemptRecord[], number, number, boolean]>([
  ['nothing yet', [], 0, 0, false],
  ['one that failed', [sent('timeout')], 1, 1, false],
  ['one that nobody has closed yet', [sent(null)], 1, 1, false],
  ['two', [sent('rate-limited'), sent('timeout')], 2, 2, true],
  ['one that was never sent does not count', [sent('timeout'), unsent, unsent], 1, 1, false],
  ['nor do those of another rung', [sent('timeout'), elsewhere, elsewhere], 3, 1, false],
  ['a request that was refused once is refused again', [sent('bad-request')], 1, 1, true],
  ['so is one that was filtered', [sent('content-filter')], 1, 1, true],
])('%s', (_name, attempts, all, onMini, spent) => {
  expect([countSends(attempts), countSendsTo(attempts, mini), isSpent(attempts, mini)]).toEqual([all, onMini, spent]);
});

test.each<[string, readonly AttemptRecord[], boolean]>([
  ['was passed by', [elsewhere], true],
  ['failed once in a way that passes', [sent('timeout')], true],
  ['had its sends', [sent('timeout'), sent('reset')], false],
  ['refused our key', [sent('auth')], false],
  ['has no credit for us', [sent('quota')], false],
  ['refused the request', [sent('bad-request')], false],
])('a rung that %s: come back to %s', (_name, attempts, left) => expect(isLeft(attempts, mini)).toBe(left));
