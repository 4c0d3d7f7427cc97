import { setImmediate as breathe } from 'node:timers/promises';
import type { AnyTask, Lane, Tier } from '@winnow/contracts';
import type { Clock, Nano } from '@winnow/kernel';
import { intakePath } from './intake';
import type { Catalogue, ClaimedJob, Rung, TokenCounter } from './ports';
import { sizeHold } from './policies/size-hold';
import type { Routing } from './stages/route';
import { renderPrompt } from './render-prompt';

export interface QuoteJobsPorts {
  readonly catalogue: Catalogue;
  readonly routing?: Routing;
  readonly tokens: TokenCounter;
  readonly clock: Clock;
}

/** What one job would be sent as. */
export interface QuotedJob {
  readonly lane: Lane;
  readonly tier: Tier;
  readonly rung: Rung;
  readonly inputTokens: number;
  readonly maxTokens: number;
  /** how long the task expects the answer to be; null where it expects nothing */
  readonly expectTokens: number | null;
  /** what would be held for it */
  readonly worst: Nano;
}

/** Counting a thousand long inputs takes a while: others get their turn in between. */
const inARow = 5;

const quoteJob = async (at: QuoteJobsPorts, job: ClaimedJob, task: AnyTask): Promise<QuotedJob | null> => {
  const { outcome, flow } = await intakePath(at).run({ job, task });
  if (outcome.kind === 'failed') throw outcome.error;
  const rung = flow.route?.ladder[0];
  if (flow.route === undefined || flow.lane === undefined || rung === undefined) return null;
  const { messages, schema, maxTokens } = renderPrompt(task, job.input);
  const inputTokens = at.tokens.chat(messages);
  const worst = sizeHold(rung.price, inputTokens + at.tokens.text(JSON.stringify(schema.body)), maxTokens);
  const expectTokens = task.start.expectTokens?.(job.input as never) ?? null;
  return { lane: flow.lane, tier: flow.route.tier, rung, inputTokens, maxTokens, expectTokens, worst };
};

/** Lets jobs that are nowhere written down fall through the real intake, up to where it would hand them over. Null: nothing can be called. */
export const quoteJobs = async (
  at: QuoteJobsPorts,
  jobs: readonly ClaimedJob[],
  task: AnyTask,
): Promise<QuotedJob[] | null> => {
  const quoted: QuotedJob[] = [];
  for (const [index, job] of jobs.entries()) {
    if (index % inARow === inARow - 1) await breathe();
    const one = await quoteJob(at, job, task);
    if (one === null) return null;
    quoted.push(one);
  }
  return quoted;
};
