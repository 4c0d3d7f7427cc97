import { isTerminal, queueOfPath, type AnyTask, type ReceiptLine } from '@winnow/contracts';
import { Path, type Hop } from '@winnow/kernel';
import { concludeJob, type ConcludePorts } from './conclude-job';
import type { Live } from './live';
import type { AttemptRecord, Catalogue, ClaimedJob, Move, MoveVerdict, Step, Verdict } from './ports';
import { judgeRow } from './policies/judge-row';
import { renderPrompt } from './render-prompt';
import { audit } from './stages/audit';
import { escalate } from './stages/escalate';
import { execute } from './stages/execute';
import { failed, type FulfilAsk, type FulfilPorts } from './stages/fulfil-flow';
import { hold } from './stages/hold';
import { measurePrompt } from './stages/measure-prompt';
import { score } from './stages/score';
import { settle } from './stages/settle';
import type { TaskFinder } from './tasks/tenant-tasks';

export interface FulfilRunPorts extends FulfilPorts, Omit<ConcludePorts, 'catalogue'> {
  readonly tasks: TaskFinder;
  readonly hashRequest: (prompt: unknown) => string;
  /** how long a claim may be worked on, a little under its lease */
  readonly leaseMs: number;
  readonly onHop?: (hop: Hop) => void;
  readonly onUnsettled?: (stage: string, error: unknown) => void;
}

/** The path that spends: hold ▸ execute ▸ score ▸ escalate ▸ audit ▸ settle. Publishing is not a stage, since refusals are published as well. */
export const fulfilPath = (at: FulfilRunPorts) =>
  Path.from<FulfilAsk, Verdict>(at.clock, { onHop: at.onHop })
    .through(hold(at))
    .through(execute(at))
    .through(score(at))
    .through(escalate(at))
    .through(audit(at))
    .through(settle(at));

const mostRuns = 5;
/** A fall that broke is tried again after a while that doubles: a lock or a database that is slow needs some seconds, not four tries at once. */
const brokenPauseMs = (runs: number): number => 1_000 * 2 ** runs;

const stepsOf = (job: ClaimedJob, catalogue: Catalogue): Step[] =>
  (job.plan?.ladder ?? []).flatMap(({ provider, model, step }) => {
    const rung = catalogue.rung(provider, model);
    return rung === undefined ? [] : { ...rung, step };
  });

export const lineOf = ({ stage, outcome, ms, why }: Hop): ReceiptLine => ({
  stage,
  outcome,
  ms: Math.round(ms),
  ...(why === undefined ? {} : { why }),
});

/** What a fall that ended in an error comes to: another run, until there have been enough of them. */
const brokenVerdict = (job: ClaimedJob): Verdict =>
  job.runs >= mostRuns
    ? failed('internal', 'a fault on our side, again and again; the log has its cause', true, null)
    : { state: 'queued', pauseMs: brokenPauseMs(job.runs) };

/** Where the row goes on. What was planned in memory alone goes through intake again. */
const onwardOf = ({ planIsNew }: ClaimedJob, verdict: Verdict): Partial<Move> => {
  if (verdict.state === 'parked') return { path: 'intake', parked: verdict.parked };
  const path = verdict.path ?? (planIsNew ? 'intake' : 'fulfil');
  // With a pause no hint now: the sweeper sends one once the row is due.
  return verdict.pauseMs === undefined ? { path, queue: queueOfPath[path] } : { path, lookAfterMs: verdict.pauseMs };
};

/** Requeueing and parking are no ends: the row goes on under its next hint, and the attempts it made stay with it. */
const sendOn = (
  at: FulfilRunPorts,
  job: ClaimedJob,
  verdict: Verdict,
  lines: readonly ReceiptLine[],
): Promise<MoveVerdict> =>
  at.journal.move({
    job: job.id,
    fence: job.fence,
    from: ['running'],
    state: verdict.state,
    ...onwardOf(job, verdict),
    events: [
      ...lines.map((line) => ({ kind: 'stage' as const, data: line })),
      { kind: 'state', data: { state: verdict.state, at: at.now().toISOString() } },
    ],
  });

interface Claim {
  readonly job: ClaimedJob;
  /** one list for the whole claim: attempts are added to it as they are made, and the receipt is written from it */
  readonly attempts: AttemptRecord[];
  readonly live?: Live;
}

const prepare = (at: FulfilRunPorts, { job, attempts, live }: Claim, task: AnyTask): FulfilAsk => {
  const prompt = renderPrompt(task, job.input);
  return {
    job,
    task,
    ...measurePrompt(at.tokens, prompt),
    countOutput: at.tokens.text,
    requestHash: at.hashRequest(prompt),
    ladder: stepsOf(job, at.catalogue),
    attempts,
    untilMs: at.clock.monotonicMs() + at.leaseMs,
    live,
  };
};

interface Fallen {
  readonly verdict: Verdict;
  readonly lines: readonly ReceiptLine[];
}

const fallThrough = async (at: FulfilRunPorts, claim: Claim): Promise<Fallen> => {
  const { job, attempts } = claim;
  const judged = judgeRow(job, attempts, await at.tasks.find(job.task, job.version, job.tenantId));
  if ('ended' in judged) return { verdict: judged.ended, lines: [] };
  try {
    const fall = await fulfilPath(at).run(prepare(at, claim, judged.task));
    for (const { stage, error } of fall.unsettled) at.onUnsettled?.(stage, error);
    const lines = fall.hops.map(lineOf);
    const { outcome } = fall;
    if (outcome.kind === 'answered') return { verdict: outcome.answer, lines };
    const error = outcome.kind === 'failed' ? outcome.error : new Error('no stage answered');
    at.onUnsettled?.(fall.hops.at(-1)?.stage ?? 'fulfil', error);
    return { verdict: brokenVerdict(job), lines };
  } catch (error) {
    // A prompt that cannot be made: without a verdict the row would stay claimed until its lease ends.
    at.onUnsettled?.('prepare', error);
    return { verdict: brokenVerdict(job), lines: [] };
  }
};

/** An end that could not be written leaves no bill behind: what was to be booked with it is booked alone. */
const conclude = async (at: FulfilRunPorts, ending: Parameters<typeof concludeJob>[1]): Promise<MoveVerdict> => {
  try {
    return await concludeJob(at, ending);
  } catch (error) {
    if (ending.verdict.closing !== undefined) await at.ledger.closeHold(ending.verdict.closing);
    throw error;
  }
};

/** Who is told of one job while it runs. */
interface Following {
  readonly live?: Live;
  /** nothing more will be sent: what is left is writing */
  readonly onFallen?: () => void;
}

/** Makes one claimed job fall through fulfil, and publishes what came of it. */
export const createFulfil =
  (at: FulfilRunPorts) =>
  async (job: ClaimedJob, { live, onFallen }: Following = {}): Promise<MoveVerdict> => {
    const attempts = job.attempts > 0 ? await at.journal.attemptsOf(job.id) : [];
    const { verdict, lines } = await fallThrough(at, { job, attempts, live });
    onFallen?.();
    await live?.close();
    const ending = { job, from: ['running'] as const, attempts, lines };
    if (isTerminal(verdict.state)) return conclude(at, { ...ending, verdict });
    const stopped = () => concludeJob(at, { ...ending, from: ['canceling'], verdict: { state: 'canceled' } });
    if (verdict.state === 'canceling' && (await stopped()) === 'moved') return 'moved';
    const onward: Verdict = verdict.state === 'canceling' ? { state: 'queued' } : verdict;
    const moved = await sendOn(at, job, onward, lines);
    return moved === 'canceling' ? stopped() : moved;
  };
