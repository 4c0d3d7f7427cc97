import type { Catalogue, ConcludePorts, Journal, Plan, Routing, TenantTasks } from '@winnow/analysis';
import type { Config, JobState } from '@winnow/contracts';
import type { HealthReport } from '@winnow/platform';
import type {
  Acceptance,
  Accepted,
  Budgets,
  Events,
  Jobs,
  Keys,
  Lessons,
  PaceReader,
  Quotes,
  RateLimiter,
  Receipts,
  Replay,
  Reviews,
  TaskStore,
  TenantId,
  UsageStore,
  Wakes,
} from '@winnow/storage';
import type { ModelPorts } from './models/model-shelf';
import type { RunNow } from './jobs/run-now';
import type { AcceptedTimes } from './jobs/accepted-row';

type LogLine = (facts: object, message: string) => void;

export interface Log {
  readonly debug: LogLine;
  readonly info: LogLine;
  readonly warn: LogLine;
  readonly error: LogLine;
}

export type ApiSettings = Pick<
  Config,
  'http' | 'metrics' | 'secret' | 'operatorPassword' | 'sandbox' | 'backlogLimit' | 'production'
>;

/** A job as a cancel needs it. */
export interface Stopping {
  readonly floor: number;
  readonly plan: Plan | null;
  readonly baselineModel: string;
}

export interface Finished {
  readonly route: string;
  readonly method: string;
  readonly status: number;
  readonly seconds: number;
}

/** Told to whoever counts. */
export interface Tally {
  readonly accepted: (task: string) => void;
  readonly refused: (code: string) => void;
  readonly backlog: (jobs: number) => void;
  readonly finished: (request: Finished) => void;
  readonly text: () => Promise<{ readonly type: string; readonly body: string }>;
}

/** All that the api reaches out with. Everything in this app is a function of these. */
export interface ApiPorts {
  readonly settings: ApiSettings;
  readonly log: Log;
  readonly now: () => Date;
  readonly keys: Keys;
  readonly limiter: RateLimiter;
  readonly tasks: TenantTasks;
  readonly taskStore: TaskStore;
  readonly catalogue: Catalogue;
  /** what intake would choose: nothing here is tried to learn of it */
  readonly routing: Routing;
  readonly lessons: Pick<Lessons, 'ofTenant'>;
  readonly modelPorts: ModelPorts;
  readonly accepts: {
    /** with the times where the store tells them: then the answer needs no second look at the row */
    readonly accept: (acceptance: Acceptance) => Promise<Accepted & Partial<AcceptedTimes>>;
  };
  readonly jobs: Jobs;
  readonly budgets: Budgets;
  readonly receipts: Receipts;
  readonly usage: UsageStore;
  readonly reviews: Reviews;
  readonly quotes: Quotes;
  readonly pace: PaceReader;
  readonly baselineOf: (tenant: TenantId) => Promise<string>;
  readonly events: Events;
  readonly journal: Journal;
  readonly newReceiptId: ConcludePorts['newReceiptId'];
  readonly findReplay: (tenant: TenantId, route: string, key: string) => Promise<Replay | null>;
  readonly askToStop: (tenant: TenantId, job: string) => Promise<JobState | null>;
  readonly findStopping: (tenant: TenantId, job: string) => Promise<Stopping | null>;
  /** jobs that this process works on itself */
  readonly runNow: RunNow;
  readonly wakes: Wakes;
  readonly nudge: () => void;
  readonly tally: Tally;
  readonly health: { readonly ready: () => Promise<HealthReport>; readonly live: () => Promise<HealthReport> };
  readonly stopping: () => boolean;
}

export const PORTS = Symbol('the ports of the api');
