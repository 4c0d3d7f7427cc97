import { encodeId } from '@winnow/kernel';
import { isTerminal, type JobEvent, type JobState, type ReceiptLine } from '@winnow/contracts';
import { bookedOf, composeReceipt } from './compose-receipt';
import type { AttemptRecord, Catalogue, ClaimedJob, Journal, MoveVerdict, Verdict } from './ports';

export interface ConcludePorts {
  readonly journal: Journal;
  readonly catalogue: Pick<Catalogue, 'baseline'>;
  readonly newReceiptId: () => string;
  readonly now: () => Date;
}

export type Concluding = Pick<ClaimedJob, 'id' | 'floor' | 'plan' | 'baselineModel' | 'planIsNew'> & {
  readonly fence: number | null;
};

interface Ending {
  readonly job: Concluding;
  readonly verdict: Verdict;
  readonly from: readonly JobState[];
  readonly lines: readonly ReceiptLine[];
  readonly attempts: readonly AttemptRecord[];
}

const mostTries = 4;

const eventsOf = ({ verdict, lines, job }: Ending, receipt: string, now: Date): JobEvent[] => [
  ...[...((job.planIsNew && job.plan?.lines) || []), ...lines].map((line): JobEvent => ({ kind: 'stage', data: line })),
  ...(verdict.result === undefined
    ? []
    : [
        {
          kind: 'result' as const,
          data: { result: verdict.result, quality: { score: verdict.score ?? null, floor: job.floor } },
        },
      ]),
  { kind: 'state', data: { state: verdict.state, at: now.toISOString() } },
  { kind: 'done', data: { state: verdict.state, receipt } },
];

const endOnce = (at: ConcludePorts, ending: Ending): Promise<MoveVerdict> => {
  const { job, verdict, attempts, lines, from } = ending;
  const baseline = at.catalogue.baseline(job.baselineModel);
  if (baseline === undefined) throw new Error(`the baseline model ${job.baselineModel} has no price`);
  const first = job.plan?.ladder[0];
  const primary = (first && at.catalogue.baseline(first.model)) ?? null;
  const id = at.newReceiptId();
  const lane = attempts.at(-1)?.lane ?? job.plan?.lane ?? null;
  const all = [...(job.plan?.lines ?? []), ...lines];
  const body = composeReceipt({ verdict, floor: job.floor, lane, lines: all, attempts, baseline, primary });
  return at.journal.move({
    job: job.id,
    fence: job.fence,
    from,
    state: verdict.state,
    stage: lines.at(-1)?.stage,
    lane,
    tier: verdict.rung?.tier ?? null,
    model: verdict.model ?? attempts.at(-1)?.modelResolved ?? null,
    result: verdict.result,
    score: verdict.score ?? null,
    error: verdict.error,
    ...(job.planIsNew && job.plan !== null && { plan: job.plan }),
    ...(verdict.closing && { closing: verdict.closing }),
    booked: bookedOf(attempts),
    receipt: { id, body },
    events: eventsOf(ending, encodeId('rcpt', id), at.now()),
  });
};

/**
 * Ends a job, with its receipt in the same statement. A cancel that came meanwhile wins over whatever the verdict was, but what was paid for
 * is still handed over; money that moved meanwhile (a late bill, the reaper) is read again so that the receipt never lies.
 */
export const concludeJob = async (at: ConcludePorts, ending: Ending): Promise<MoveVerdict> => {
  if (!isTerminal(ending.verdict.state)) throw new Error(`${ending.verdict.state} is no end`);
  let now = ending;
  for (let tries = 1; ; tries += 1) {
    const verdict = await endOnce(at, now);
    if (tries === mostTries || verdict === 'moved' || verdict === 'lost') return verdict;
    if (verdict === 'canceling')
      now = { ...now, from: ['canceling'], verdict: { ...now.verdict, state: 'canceled', error: undefined } };
    else now = { ...now, attempts: await at.journal.attemptsOf(now.job.id) };
  }
};
