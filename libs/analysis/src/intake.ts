import { Path, type Clock, type Hop } from '@winnow/kernel';
import { concludeJob, type ConcludePorts } from './conclude-job';
import { lineOf } from './fulfil';
import type { Catalogue, ClaimedJob, MoveVerdict, Plan, Verdict } from './ports';
import { judgeRow } from './policies/judge-row';
import type { IntakeAnswer, IntakeAsk } from './stages/intake-flow';
import { plan } from './stages/plan';
import { route, type Routing } from './stages/route';
import type { TaskRegistry } from './tasks/registry';

export interface IntakePorts extends ConcludePorts {
  readonly catalogue: Catalogue;
  readonly routing?: Routing;
  readonly tasks: TaskRegistry;
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

/** Makes one claimed job fall through intake: it is handed over to the executors, or it ends here. */
export const createIntake =
  (at: IntakePorts) =>
  async (job: ClaimedJob): Promise<MoveVerdict> => {
    // A job that was parked comes by again, and may have paid for something already.
    const attempts = job.attempts > 0 ? await at.journal.attemptsOf(job.id) : [];
    const end = (verdict: Verdict, lines: Plan['lines']): Promise<MoveVerdict> =>
      concludeJob(at, { job, verdict, from: ['queued'], lines, attempts });
    const judged = judgeRow(job, attempts, at.tasks.find(job.task, job.version));
    if ('ended' in judged) return end(judged.ended, []);
    const { outcome, flow, hops } = await intakePath(at).run({ job, task: judged.task });
    const lines = hops.map(lineOf);
    if (outcome.kind === 'failed') throw outcome.error;
    if (outcome.kind === 'answered' && outcome.answer.kind === 'ended') return end(outcome.answer.verdict, lines);
    const { route: chosen, routeRecord, lane } = flow;
    if (chosen === undefined || lane === undefined) throw new Error('intake passed without a route');
    const ladder = chosen.ladder.map(({ provider, model, step }) => ({ provider, model, step }));
    const record = routeRecord === undefined ? {} : { route: routeRecord };
    return handOver(at, job, { ...record, tier: chosen.tier, lane, ladder, why: chosen.why, lines });
  };
