import { fault, type Fault } from '@winnow/kernel';
import fc from 'fast-check';
import { answerFault, sendsInAll, type Climb, type NextSend } from './answer-fault';

const first: Climb = {
  onRung: 1,
  inAll: 1,
  rungsLeft: 2,
  fresh: 2,
  leftMs: 170_000,
  timeoutMs: 30_000,
  cuts: 0,
  canGrow: true,
  late: false,
};
const cut = fault('truncated', 'x');
const again = (waitMs: number): NextSend => ({ do: 'again', waitMs });
const later = (waitMs: number): NextSend => ({ do: 'later', waitMs });
const nextRung: NextSend = { do: 'next-rung', waitMs: 0 };
const giveUp = (why = 'x'): NextSend => ({ do: 'give-up', why });
const limited = (retryAfterMs?: number): Fault => fault('rate-limited', 'x', { retryAfterMs });
const half = () => 0.5;

test.each<[string, Fault, Partial<Climb>, NextSend]>([
  ['a server error: again, after a drawn wait of up to a second', fault('server-error', 'x'), {}, again(500)],
  ['a time-out: again', fault('timeout', 'x'), {}, again(500)],
  ['an answer that cannot be read: again', fault('malformed', 'x'), {}, again(500)],
  ['a second failure on the rung: the next one', fault('server-error', 'x'), { onRung: 2, inAll: 2 }, nextRung],
  ['429 with Retry-After: honoured to the millisecond', limited(1_999), {}, again(1_999)],
  ['429 with a long one: the slot is left to others', limited(2_001), {}, later(2_001)],
  ['a long one behind the deadline: the next rung', limited(2_001), { late: true }, nextRung],
  ['429 with Retry-After 0: at once', limited(0), {}, again(0)],
  ['429 without: a drawn wait', limited(), {}, again(500)],
  ['Retry-After of a minute: waited for', limited(60_000), {}, later(60_000)],
  ['Retry-After over a minute: the next rung', limited(60_001), {}, nextRung],
  ['Retry-After over a minute on the last rung: the end', limited(60_001), { rungsLeft: 0 }, giveUp()],
  ['a wait that leaves no time for the call: the next rung', limited(2_000), { leftMs: 31_999 }, nextRung],
  ['a wait that just leaves time', limited(2_000), { leftMs: 32_000 }, again(2_000)],
  ['waiting outside needs no time of this claim', limited(50_000), { leftMs: 0 }, later(50_000)],
  ['no time for any call: the end, whatever is left', fault('timeout', 'x'), { leftMs: 29_999 }, giveUp()],
  ['a key that is refused: the next rung at once', fault('auth', 'x'), {}, nextRung],
  ['no credit: the next rung', fault('quota', 'x'), {}, nextRung],
  ['a request that is refused: the next rung', fault('bad-request', 'x'), {}, nextRung],
  ['filtered: the next rung', fault('content-filter', 'x'), {}, nextRung],
  ['filtered by the last: the end', fault('content-filter', 'x'), { rungsLeft: 0 }, giveUp()],
  ['called off: the end', fault('canceled', 'x'), {}, giveUp()],
  ['the fourth send failed: the end', fault('timeout', 'x'), { onRung: 1, inAll: 4 }, giveUp('4 sends failed')],
  ['an answer that was cut off: at once again, with more room', cut, { cuts: 1 }, again(0)],
  ['cut off where no more room can be had: the next rung', cut, { cuts: 1, canGrow: false }, nextRung],
  ['no more room on any rung: the end', cut, { cuts: 1, canGrow: false, rungsLeft: 0 }, giveUp()],
  ['cut off on a rung that had its sends: the next one', cut, { cuts: 1, onRung: 2, inAll: 2 }, nextRung],
  ['cut off with more room as well: the end', cut, { cuts: 2, onRung: 2, inAll: 2 }, giveUp('x, twice')],
  ['cut off, and no time for another call: the end', cut, { cuts: 1, leftMs: 29_999 }, giveUp()],
  ['cut off by the fourth send: the end', cut, { cuts: 1, inAll: 4 }, giveUp('4 sends failed')],
  ['the third failed: the last send goes to a rung that was not asked', fault('timeout', 'x'), { inAll: 3 }, nextRung],
  [
    'the third failed, and all were asked: its rung has one more',
    fault('timeout', 'x'),
    { inAll: 3, fresh: 0 },
    again(500),
  ],
])('%s', (_name, of, but, expected) => expect(answerFault(of, { ...first, ...but }, half)).toEqual(expected));

test('a wait is drawn evenly from nothing up to a second', () => {
  const waitOf = (drawn: number) => answerFault(fault('timeout', 'x'), first, () => drawn);
  expect([0, 0.25, 0.999999].map(waitOf)).toEqual([again(0), again(250), again(999)]);
});

test('a climb always ends within four sends and within its time, whatever goes wrong', () => {
  const kinds = ['timeout', 'reset', 'rate-limited', 'server-error', 'auth', 'malformed', 'unavailable'] as const;
  const step = fc.record({
    kind: fc.constantFrom(...kinds),
    retryAfterMs: fc.option(fc.nat(120_000), { nil: undefined }),
  });
  fc.assert(
    fc.property(
      fc.array(step, { minLength: 10, maxLength: 10 }),
      fc.nat(2),
      fc.nat(200_000),
      (steps, rungs, leftMs) => {
        let at: Climb = { ...first, rungsLeft: rungs, fresh: rungs, leftMs };
        for (const { kind, retryAfterMs } of steps) {
          const next = answerFault(fault(kind, 'x', { retryAfterMs }), at, half);
          if (next.do === 'give-up' || next.do === 'later') return true;
          const left = at.leftMs - next.waitMs;
          if (left < at.timeoutMs) return false;
          const up = next.do === 'next-rung';
          at = {
            ...first,
            leftMs: left - at.timeoutMs,
            inAll: at.inAll + 1,
            onRung: up ? 1 : at.onRung + 1,
            rungsLeft: at.rungsLeft - (up ? 1 : 0),
            fresh: at.fresh - (up ? 1 : 0),
          };
          if (at.inAll > sendsInAll || at.rungsLeft < 0) return false;
        }
        return false;
      },
    ),
  );
});
