import { isTerminal, type ReceiptLine } from '@winnow/contracts';
import { Path, toFault, type Hop } from '@winnow/kernel';
import { concludeJob, type ConcludePorts } from './conclude-job';
import type { AttemptRecord, Catalogue, ClaimedJob, MoveVerdict, Rung, TokenCounter, Verdict } from './ports';
import { renderPrompt } from './render-prompt';
import { execute } from './stages/execute';
import { failed, type FulfilAsk, type FulfilPorts } from './stages/fulfil-flow';
import { hold } from './stages/hold';
import { score } from './stages/score';
import { settle } from './stages/settle';
import type { TaskRegistry } from './tasks/registry';

export interface FulfilRunPorts extends FulfilPorts, ConcludePorts {
  readonly catalogue: Catalogue;
  readonly tasks: TaskRegistry;
  readonly tokens: TokenCounter;
  readonly hashRequest: (prompt: unknown) => string;
  /** how long a claim may be worked on, a little under its lease */
  readonly leaseMs: number;
  readonly onHop?: (hop: Hop) => void;
  readonly onUnsettled?: (stage: string, error: unknown) => void;
}

/** The path that spends: hold ▸ execute ▸ score ▸ settle. Publishing is not a stage, since refusals are published as well. */
export const fulfilPath = (at: FulfilRunPorts) =>
  Path.from<FulfilAsk, Verdict>(at.clock, { onHop: at.onHop })
    .through(hold(at))
    .through(execute(at))
    .through(score())
    .through(settle(at));

const mostRuns = 5;
/** A row whose worker died this often is taken to be the cause. */
const mostDeaths = 3;

const rungsOf = (job: ClaimedJob, catalogue: Catalogue): Rung[] =>
  (job.plan?.ladder ?? []).flatMap(({ provider, model }) => catalogue.rung(provider, model) ?? []);

export const lineOf = ({ stage, outcome, ms, why }: Hop): ReceiptLine => ({
  stage,
  outcome,
  ms: Math.round(ms),
  ...(why === undefined ? {} : { why }),
});

const brokenVerdict = (job: ClaimedJob, error: unknown): Verdict =>
  job.runs >= mostRuns ? failed('internal', toFault(error).detail, true, null) : { state: 'queued' };

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
    ...(verdict.state === 'parked'
      ? { path: 'intake' as const, parkedUntil: verdict.parkedUntil }
      : { path: 'fulfil' as const, queue: 'executions' as const }),
    events: [
      ...lines.map((line) => ({ kind: 'stage' as const, data: line })),
      { kind: 'state', data: { state: verdict.state, at: at.now().toISOString() } },
    ],
  });

const prepare = (at: FulfilRunPorts, job: ClaimedJob, attempts: AttemptRecord[]): FulfilAsk | null => {
  const task = at.tasks.find(job.task, job.version);
  if (task === undefined) return null;
  const prompt = renderPrompt(task, job.input);
  const messages = at.tokens.chat(prompt.messages);
  return {
    job,
    task,
    prompt,
    inputTokens: messages,
    // providers fold the schema into the prompt in ways of their own: the hold has room for all of it
    holdTokens: messages + at.tokens.text(JSON.stringify(prompt.schema.body)),
    countOutput: at.tokens.text,
    requestHash: at.hashRequest(prompt),
    ladder: rungsOf(job, at.catalogue),
    attempts,
    untilMs: at.clock.monotonicMs() + at.leaseMs,
  };
};

/** Makes one claimed job fall through fulfil, and publishes what came of it. */
export const createFulfil =
  (at: FulfilRunPorts) =>
  async (job: ClaimedJob): Promise<MoveVerdict> => {
    const attempts = job.attempts > 0 ? await at.journal.attemptsOf(job.id) : [];
    const ask = prepare(at, job, attempts);
    const ending = { job, from: ['running'] as const, attempts };
    if (ask === null)
      return concludeJob(at, {
        ...ending,
        lines: [],
        verdict: failed('internal', `${job.task}@${job.version} is not known here`, true, null),
      });
    if (job.deaths >= mostDeaths)
      return concludeJob(at, {
        ...ending,
        lines: [],
        verdict: failed(
          'quarantined',
          `${job.deaths} workers died while they had this job`,
          false,
          attempts.at(-1)?.n ?? null,
        ),
      });
    if (job.deadlinePassed && attempts.every(({ sentAt }) => sentAt === null))
      return concludeJob(at, { ...ending, lines: [], verdict: { state: 'aborted' } });
    const fall = await fulfilPath(at).run(ask);
    for (const { stage, error } of fall.unsettled) at.onUnsettled?.(stage, error);
    const lines = fall.hops.map(lineOf);
    const { outcome } = fall;
    const verdict =
      outcome.kind === 'answered'
        ? outcome.answer
        : brokenVerdict(job, outcome.kind === 'failed' ? outcome.error : new Error('no stage answered'));
    if (outcome.kind === 'failed') at.onUnsettled?.(fall.hops.at(-1)?.stage ?? 'fulfil', outcome.error);
    const rest = { ...ending, lines, attempts: ask.attempts };
    if (isTerminal(verdict.state)) return concludeJob(at, { ...rest, verdict });
    const stopped = () => concludeJob(at, { ...rest, from: ['canceling'], verdict: { state: 'canceled' } });
    if (verdict.state === 'canceling' && (await stopped()) === 'moved') return 'moved';
    const onward: Verdict = verdict.state === 'canceling' ? { state: 'queued' } : verdict;
    const moved = await sendOn(at, job, onward, lines);
    return moved === 'canceling' ? stopped() : moved;
  };
