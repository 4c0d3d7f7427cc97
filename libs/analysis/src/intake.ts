import { Path, type Clock, type Hop } from '@winnow/kernel';
import { concludeJob, type ConcludePorts } from './conclude-job';
import { lineOf } from './fulfil';
import type { AttemptRecord, Catalogue, ClaimedJob, MoveVerdict, Plan, Verdict } from './ports';
import { judgeRow } from './policies/judge-row';
import type { IntakeAnswer, IntakeAsk } from './stages/intake-flow';
import { plan } from './stages/plan';
import { route, type Routing } from './stages/route';
import type { TaskFinder } from './tasks/tenant-tasks';

export interface IntakePorts extends ConcludePorts {
  readonly catalogue: Catalogue;
  readonly routing?: Routing;
  readonly tasks: TaskFinder;
  readonly clock: Clock;
  readonly onHop?: (hop: Hop) => void;
}

/** Also what a quote falls through: it writes nothing. Handing over is no stage of it. */
export const intakePath = (at: Pick<IntakePorts, 'catalogue' | 'routing' | 'clock' | 'onHop'>) =>
  Path.from<IntakeAsk, IntakeAnswer>(at.clock, { onHop: at.onHop }).through(route(at)).through(plan());

const handOver = (at: IntakePorts, job: ClaimedJob, decided: Plan): Promise<MoveVerdict> =>
  at.journal.move({
    job: job.id,
    fence: job.fence,
    from: ['queued'],
    state: 'queued',
    path: 'fulfil',
    queue: 'executions',
    stage: 'plan',
    lane: decided.lane,
    tier: decided.tier,
    model: decided.ladder[0]?.model ?? null,
    plan: decided,
    events: decided.lines.map((line) => ({ kind: 'stage' as const, data: line })),
  });

interface Ended {
  readonly verdict: Verdict;
  readonly lines: Plan['lines'];
  readonly attempts: readonly AttemptRecord[];
}

/** What intake makes of a job, written nowhere yet: its plan, or its end. */
export const decide = async (at: IntakePorts, job: ClaimedJob): Promise<Plan | Ended> => {
  // A job that was parked comes by again, and may have paid for something already.
  const attempts = job.attempts > 0 ? await at.journal.attemptsOf(job.id) : [];
  const judged = judgeRow(job, attempts, await at.tasks.find(job.task, job.version, job.tenantId));
  if ('ended' in judged) return { verdict: judged.ended, lines: [], attempts };
  const { outcome, flow, hops } = await intakePath(at).run({ job, task: judged.task });
  const lines = hops.map(lineOf);
  if (outcome.kind === 'failed') throw outcome.error;
  if (outcome.kind === 'answered' && outcome.answer.kind === 'ended')
    return { verdict: outcome.answer.verdict, lines, attempts };
  const { route: chosen, routeRecord, lane } = flow;
  if (chosen === undefined || lane === undefined) throw new Error('intake passed without a route');
  const ladder = chosen.ladder.map(({ provider, model, step }) => ({ provider, model, step }));
  const record = routeRecord === undefined ? {} : { route: routeRecord };
  return { ...record, tier: chosen.tier, lane, ladder, why: chosen.why, lines };
};

/** Makes one claimed job fall through intake: it is handed over to the executors, or it ends here. */
export const createIntake =
  (at: IntakePorts) =>
  async (job: ClaimedJob): Promise<MoveVerdict> => {
    const decided = await decide(at, job);
    return 'verdict' in decided ? concludeJob(at, { job, from: ['queued'], ...decided }) : handOver(at, job, decided);
  };
