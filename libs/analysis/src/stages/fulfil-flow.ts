import type { AnyTask, JobError, Tier, Tokens } from '@winnow/contracts';
import type { Clock, Gate, Nano, Pass, Random } from '@winnow/kernel';
import type {
  AttemptRecord,
  Catalogue,
  ClaimedJob,
  Journal,
  Learned,
  Ledger,
  Providers,
  Rung,
  Sampling,
  Step,
  TokenCounter,
  Verdict,
} from '../ports';
import type { Live } from '../live';
import type { Measured } from './measure-prompt';

/** What a call is booked at when its hold closes. */
export interface Booked {
  readonly task: string;
  readonly provider: string;
  readonly model: string;
  readonly tier?: Tier;
  readonly nanos: Nano;
  /** it bought an answer that could be used */
  readonly useful: boolean;
}

/** What the stages of fulfil reach out with. */
export interface FulfilPorts {
  readonly ledger: Ledger;
  readonly providers: Providers;
  readonly gate: Gate;
  readonly clock: Clock;
  readonly random: Random;
  readonly newAttemptId: () => string;
  readonly timeoutMs: number;
  /** true once this process is asked to stop: nothing more is sent */
  readonly stopping: () => boolean;
  readonly wait: (ms: number) => Promise<void>;
  readonly journal: Journal;
  readonly catalogue: Catalogue;
  readonly tokens: TokenCounter;
  readonly sampling: Sampling;
  /** what was learned of tasks, as it stands now; without it nothing is presumed */
  readonly learned?: Learned;
  readonly onGateWait?: (target: string, ms: number) => void;
  readonly onBooked?: (booked: Booked) => void;
  /** few commits: a call is written down as sent with its hold, and its bill with the end of its job */
  readonly fused?: boolean;
}

/** What fulfil starts with. `attempts` grows as attempts are made: the receipt lists them whatever happened. */
export interface FulfilAsk extends Measured {
  readonly job: ClaimedJob;
  readonly task: AnyTask;
  readonly countOutput: (text: string) => number;
  readonly requestHash: string;
  readonly ladder: readonly Step[];
  readonly attempts: AttemptRecord[];
  readonly untilMs: number;
  /** somebody follows this job as it runs */
  readonly live?: Live;
}

/** An attempt with money set aside, not sent yet; or one that an earlier claim sent and paid for. */
export interface OpenAttempt {
  readonly id: string;
  readonly rung: Rung;
  readonly rungIndex: number;
  /** what its answer may have, and its hold has room for */
  readonly maxTokens: number;
  readonly held: Nano;
  readonly paid: AttemptRecord | null;
  /** the right to send it; null where it was sent before */
  readonly pass: Pass | null;
  /** written down as sent already */
  readonly sentAt?: Date;
}

export interface Answered {
  readonly open: OpenAttempt;
  readonly output: unknown;
  readonly text: string;
  readonly providerId: string | null;
  readonly modelResolved: string;
  readonly tokens: Tokens;
  readonly estimated: boolean;
  readonly nanos: Nano;
  readonly ms: number;
}

export const failed = (
  code: JobError['code'],
  detail: string,
  retryable: boolean,
  attempt: number | null,
): Verdict => ({
  state: 'failed',
  error: { code, detail, retryable, attempt },
});

/** A job that waits outside: it holds no slot, and comes back by way of intake. */
export const later = (pauseMs: number): Verdict => ({ state: 'queued', path: 'intake', pauseMs: Math.ceil(pauseMs) });
