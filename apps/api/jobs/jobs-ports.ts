import type { TokenCounter } from '@winnow/analysis';
import type { ApiPorts } from '../ports';
import { createBacklog } from './backlog';
import { createBudgetCheck } from './check-budget';
import { createCursors } from './cursor';
import type { JobsPorts } from './jobs.controller';
import type { Presenting } from './present-job';
import type { StreamRegister } from './stream-register';

let counter: Promise<TokenCounter> | undefined;

/**
 * Loading the tables stops this process for half a second, on a loaded machine for several: long enough for a connection to Postgres that is
 * being made to run into its limit, and the request behind it into a 503. So they are loaded before the first request is taken.
 */
export const tokens = (): Promise<TokenCounter> => {
  counter ??= import('@winnow/kernel/tokens').then(({ countTokens, countChatTokens }) => ({
    text: countTokens,
    chat: countChatTokens,
  }));
  return counter;
};

/** What the routes of jobs are made of. */
export const createJobsPorts = (ports: ApiPorts, streams: StreamRegister): JobsPorts => {
  const { settings, catalogue, routing, tasks, now, jobs, tally } = ports;
  const presenting: Presenting = { tasks, now, publicUrl: settings.http.publicUrl };
  const backlog = createBacklog({
    count: jobs.countQueued,
    limit: settings.backlogLimit,
    nowMs: () => performance.now(),
    onCount: tally.backlog,
  });
  const checkBudget = createBudgetCheck({ budgets: ports.budgets, nowMs: () => performance.now() });
  const shared = { ...ports, presenting };
  const cursors = createCursors(settings.secret);
  return {
    submit: { ...shared, backlog, checkBudget, cost: { catalogue, routing, tokens } },
    read: shared,
    list: { ...shared, cursors },
    quote: { ...ports, tokens, cursors },
    cancel: shared,
    stream: { ...shared, streams },
  };
};
