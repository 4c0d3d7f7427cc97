import type {
  CheckOut,
  JobError,
  JobEvent,
  JobState,
  Lane,
  Message,
  PathName,
  QueueName,
  ReceiptBody,
  SampleOut,
  Tier,
  Tokens,
} from '@winnow/contracts';
import type { Nano } from '@winnow/kernel';
import type { Complexity, Cuts } from './policies/complexity';
import type { RouterWeights } from './routing/router';
import type { Signs } from './scoring/answer-signs';
import type { Verifier } from './scoring/verifier';

/** What a model costs: nano-dollars per million tokens, under a version that never changes. */
export interface PriceRule {
  readonly id: string;
  readonly provider: string;
  readonly model: string;
  readonly serviceTier: string;
  readonly input: bigint;
  readonly cacheRead: bigint;
  readonly cacheWrite: bigint;
  readonly output: bigint;
  /** the least that a call is billed */
  readonly minimum?: bigint;
  /** tokens for which the price holds, and of one answer; not stated: not known */
  readonly context?: number;
  readonly maxOutput?: number;
  /** the shortest prefix that the provider keeps; not stated: it keeps none */
  readonly cacheMinTokens?: number;
}

/** A rung of a ladder: a model at a provider, at today's price. */
export interface Rung {
  readonly provider: string;
  readonly model: string;
  readonly tier: Tier;
  readonly price: PriceRule;
  /** the model's prices of other service tiers: a provider may bill another one than was asked for */
  readonly others?: readonly PriceRule[];
}

/** A rung in its place on a ladder: rungs of one step stand in for each other, a higher step answers better. */
export interface Step extends Rung {
  readonly step: number;
}

/** How good the answers of a rung were found at a task, with an interval. */
export interface Measured {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  /** scores seen, and labels among them */
  readonly n: number;
  readonly labels: number;
}

/** What can be called now: priced models of configured providers. A model without a price is not in it. */
export interface Catalogue {
  readonly rungsOf: (tier: Tier) => readonly Rung[];
  readonly rung: (provider: string, model: string) => Rung | undefined;
  /** the rungs that the operator's ladder of a task names, those that cannot be called left out; none: there is no such ladder */
  readonly configured: (task: string) => readonly Rung[];
  readonly baseline: (model: string) => PriceRule | undefined;
}

/** Why a job starts where it starts: what learning reads again. */
export interface RouteRecord {
  readonly mode: 'on' | 'shadow';
  readonly complexity: Complexity;
  readonly category: string | null;
  /** the version of the router that chose; null: the cold start did */
  readonly router: number | null;
  /** what the router would start with, or does */
  readonly chosen: string;
  /** how likely the rung was that the job starts with */
  readonly propensity: number;
  readonly explored: boolean;
}

/** What intake decided, kept with the job. */
export interface Plan {
  readonly route?: RouteRecord;
  readonly tier: Tier;
  readonly lane: Lane;
  readonly ladder: readonly { readonly provider: string; readonly model: string; readonly step: number }[];
  readonly why: string;
  readonly lines: ReceiptBody['lines'];
}

/** A job as its claim found it. Whoever holds the fence may write. */
export interface ClaimedJob {
  readonly id: string;
  readonly tenantId: string;
  readonly batchId: string | null;
  /** which of the tenant's users it is for */
  readonly endUser: string | null;
  readonly task: string;
  readonly version: number;
  readonly input: unknown;
  readonly inputHash: string;
  readonly floor: number;
  readonly whenOver: 'park' | 'refuse';
  /** an answer under the floor is a failure */
  readonly strict: boolean;
  readonly state: JobState;
  readonly plan: Plan | null;
  readonly cap: Nano;
  readonly fence: number;
  /** claims by fulfil since intake last planned the job, this one included */
  readonly runs: number;
  readonly deaths: number;
  readonly attempts: number;
  readonly baselineModel: string;
  readonly deadlinePassed: boolean;
  /** planned by this very claim, in memory: its row has neither the plan nor the events of it yet, and would go through intake again */
  readonly planIsNew?: boolean;
}

export interface HoldRequest {
  readonly attempt: string;
  readonly job: ClaimedJob;
  readonly rung: Rung;
  readonly lane: Lane;
  readonly requestHash: string;
  readonly maxTokens: number;
  readonly nanos: Nano;
  /** the paid source that is asked, where it is no model: its own day counts as well */
  readonly source?: string;
  /** the call leaves at once: it is written down as sent with its hold, and needs no leave of its own */
  readonly sends?: boolean;
}

export type HoldVerdict =
  | { readonly kind: 'granted'; readonly n: number; readonly sentAt?: Date }
  | { readonly kind: 'lost' }
  | { readonly kind: 'over-cap' }
  /** scope: kind:name, such as `tenant-day:` or `end-user:kim` */
  | { readonly kind: 'over-budget'; readonly scope: string; readonly resetsAt: Date };

export interface Closing {
  readonly attempt: string;
  readonly kind: 'settled' | 'released' | 'unknown';
  readonly nanos: Nano;
  readonly outcome: string;
  readonly providerId: string | null;
  readonly modelResolved: string | null;
  readonly tokens: Tokens | null;
  readonly estimated: boolean;
  readonly answer: string | null;
  readonly ms: number | null;
}

export interface Ledger {
  readonly openHold: (request: HoldRequest) => Promise<HoldVerdict>;
  /** The last gate before the bytes: null means another claim has the job, or it was asked to stop. Do not send. */
  readonly markSent: (attempt: string) => Promise<Date | null>;
  readonly closeHold: (closing: Closing) => Promise<void>;
}

export interface Call {
  readonly attempt: string;
  readonly rung: Rung;
  readonly messages: readonly Message[];
  readonly schema: { readonly name: string; readonly body: Record<string, unknown> };
  readonly maxTokens: number;
  readonly temperature: number;
  /** somebody follows the answer as it comes; a provider that cannot stream tells it in one piece */
  readonly stream?: { readonly onText: (text: string) => void; readonly withinMs: number };
  /** names what stays the same from call to call, where it is long enough for the provider to keep */
  readonly cacheKey?: string;
}

export interface Completion {
  readonly id: string;
  readonly model: string;
  readonly text: string;
  readonly finish: string;
  /** as the provider stated it, unread: it may be missing or absurd */
  readonly usage: unknown;
  /** dollars that the provider says it charged, unread; several add up */
  readonly statedCosts?: readonly unknown[];
  /** the service tier that the provider says it billed */
  readonly serviceTier?: string;
}

/** Throws a FaultError and nothing else. */
export interface Providers {
  readonly complete: (call: Call) => Promise<Completion>;
}

/** An attempt as the database knows it. */
export interface AttemptRecord {
  readonly id: string;
  readonly n: number;
  readonly provider: string;
  readonly model: string;
  readonly modelResolved: string | null;
  readonly lane: Lane;
  readonly priceId: string;
  readonly price: PriceRule;
  readonly state: 'held' | 'settled' | 'released' | 'unknown';
  readonly outcome: string | null;
  readonly held: Nano;
  readonly actual: Nano | null;
  readonly tokens: Tokens | null;
  readonly estimated: boolean;
  readonly answer: string | null;
  readonly sentAt: Date | null;
  readonly ms: number | null;
  /** audit: its answer only checks another */
  readonly purpose: 'answer' | 'audit';
  /** how good its answer was found, by the claim that has it in hand, and what of it was seen */
  readonly score: number | null;
  readonly signs: Signs | null;
}

/** Where a parked job waits for room, how much it needs there at its worst, and when the window turns. */
export interface Parking {
  readonly scope: string;
  readonly wants: Nano;
  readonly until: Date;
}

/** What came of a fall. `canceling` stands for: told to stop, or another claim has the job; whoever publishes finds out which. */
export interface Verdict {
  readonly state: JobState;
  readonly result?: unknown;
  readonly score?: number | null;
  readonly checks?: readonly CheckOut[];
  readonly calibrated?: boolean;
  /** the model whose answer is handed over */
  readonly model?: string;
  /** the attempt whose bill stands for the answer; the last good one where nothing is said */
  readonly answer?: string;
  readonly samples?: readonly SampleOut[];
  readonly error?: JobError;
  readonly parked?: Parking;
  /** how long the row rests before it is sent out again */
  readonly pauseMs?: number;
  /** where a queued row goes on; not said: with fulfil. Intake plans it anew, and its runs are counted afresh. */
  readonly path?: PathName;
  readonly rung?: Rung;
  /** a bill that is booked with the end of the job, in one statement */
  readonly closing?: Closing;
}

/** One change of a job's state. `from` names the states in which it holds; under another fence it changes nothing. */
export interface Move {
  readonly job: string;
  /** null: whatever the fence is, and it is raised (a cancel has no claim) */
  readonly fence: number | null;
  readonly from: readonly JobState[];
  readonly state: JobState;
  readonly path?: PathName;
  readonly stage?: string;
  readonly lane?: Lane | null;
  readonly tier?: Tier | null;
  readonly model?: string | null;
  readonly plan?: Plan;
  readonly result?: unknown;
  readonly score?: number | null;
  readonly error?: JobError;
  readonly parked?: Parking;
  readonly lookAfterMs?: number;
  readonly queue?: QueueName;
  /** what the receipt says was booked: money that moved meanwhile makes the verdict `rebook` */
  readonly booked?: Nano;
  readonly receipt?: { readonly id: string; readonly body: ReceiptBody };
  readonly events: readonly JobEvent[];
  /** booked with the move, also where the move is refused */
  readonly closing?: Closing;
}
export type MoveVerdict = 'moved' | 'lost' | 'canceling' | 'rebook';

export interface Journal {
  readonly move: (move: Move) => Promise<MoveVerdict>;
  /** what a claim tells while it works; nothing, once the job is another's or over */
  readonly tell: (job: Pick<ClaimedJob, 'id' | 'fence'>, events: readonly JobEvent[]) => Promise<void>;
  readonly attemptsOf: (job: string) => Promise<AttemptRecord[]>;
  /** whether this claim still has the job, and nobody has asked it to stop */
  readonly stands: (job: Pick<ClaimedJob, 'id' | 'fence'>) => Promise<boolean>;
}

/** Which answers are held against another model's, and what that may cost. */
export interface Sampling {
  readonly rates: { readonly shadow: number; readonly audit: number };
  /** evenly from 0 to 1, the same for a job whenever it is drawn */
  readonly draw: (job: string) => number;
  /** what a tenant has left for checking: a share of what his jobs have cost */
  readonly allowance: (tenant: string) => Promise<Nano>;
  /** counted at once: the sums that the allowance is read from come seconds later */
  readonly spend: (tenant: string, nanos: Nano) => void;
}

/** What was learned of tasks from the answers seen so far. */
export interface Learned {
  /** answers that score under it are asked for again one step up; null: nothing was learned */
  readonly threshold: (task: string) => number | null;
  readonly router: (task: string) => RouterWeights | null;
  readonly verifier: (task: string) => Verifier | null;
  /** how good the answers were that this rung gave first */
  readonly measured: (task: string, rung: string) => Measured | null;
  readonly coldStart: (task: string) => ColdStart | null;
}

/** What the cold start has learned of a task: where its jobs part, and how often the cheapest tier is right, by category. */
export interface ColdStart {
  readonly cuts: Cuts;
  readonly rightAtUltra: Readonly<Record<string, number>>;
}

/** What a provider's own account says of one call. */
export interface InvoiceLine {
  readonly n: number;
  /** the attempt that it names, where it names one */
  readonly attempt: string | null;
  readonly nanos: Nano;
}

/** Which account it is that was read: one that was deleted and begun again is another. */
export interface InvoiceHead {
  readonly id: string;
  /** it says nothing of calls that were sent before */
  readonly startedAt: Date;
}

export interface InvoicePage {
  readonly head: InvoiceHead;
  /** the number of its newest line */
  readonly last: number;
  readonly lines: readonly InvoiceLine[];
  readonly hasMore: boolean;
}

/** A provider's own account, line by line in the order in which it was written. */
export interface InvoiceReader {
  /** which account it is: how far it has been read is kept under this name */
  readonly invoice: string;
  /** whose calls it lists; a call of theirs since its beginning that it does not list was not billed */
  readonly providers: readonly string[];
  readonly read: (after: number) => Promise<InvoicePage>;
}

export interface TokenCounter {
  readonly text: (text: string) => number;
  readonly chat: (messages: readonly Message[]) => number;
}
