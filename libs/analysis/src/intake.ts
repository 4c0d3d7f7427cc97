import { Path, type Clock, type Hop } from '@winnow/kernel';
import { concludeJob, type ConcludePorts } from './conclude-job';
import { lineOf } from './fulfil';
import type { Catalogue, ClaimedJob, MoveVerdict, Plan, Verdict } from './ports';
import { failed } from './stages/fulfil-flow';
import type { IntakeAnswer, IntakeAsk } from './stages/intake-flow';
import { plan } from './stages/plan';
import { route } from './stages/route';
import type { TaskRegistry } from './tasks/registry';

export interface IntakePorts extends ConcludePorts {
  readonly catalogue: Catalogue;
  readonly tasks: TaskRegistry;
  readonly clock: Clock;
  readonly onHop?: (hop: Hop) => void;
}

export const intakePath = (at: IntakePorts) =>
  Path.from<IntakeAsk, IntakeAnswer>(at.clock, { onHop: at.onHop }).through(route(at.catalogue)).through(plan());

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

const end = (at: IntakePorts, job: ClaimedJob, verdict: Verdict, lines: Plan['lines']): Promise<MoveVerdict> =>
  concludeJob(at, { job, verdict, from: ['queued'], lines, attempts: [] });

/** Makes one claimed job fall through intake: it is handed over to the executors, or it ends here. */
export const createIntake =
  (at: IntakePorts) =>
  async (job: ClaimedJob): Promise<MoveVerdict> => {
    const task = at.tasks.find(job.task, job.version);
    if (job.deadlinePassed) return end(at, job, { state: 'aborted' }, []);
    if (task === undefined)
      return end(at, job, failed('internal', `${job.task}@${job.version} is not known here`, true, null), []);
    const { outcome, flow, hops } = await intakePath(at).run({ job, task });
    const lines = hops.map(lineOf);
    if (outcome.kind === 'failed') throw outcome.error;
    if (outcome.kind === 'answered' && outcome.answer.kind === 'ended')
      return end(at, job, outcome.answer.verdict, lines);
    const { route: chosen, lane } = flow;
    if (chosen === undefined || lane === undefined) throw new Error('intake passed without a route');
    const ladder = chosen.ladder.map(({ provider, model }) => ({ provider, model }));
    return handOver(at, job, { tier: chosen.tier, lane, ladder, why: chosen.why, lines });
  };
