import { Ring } from './ring';

/** One call as `/control/calls` tells it; filled in as the call goes on. */
export interface CallRecord {
  readonly n: number;
  readonly at: string;
  readonly provider: string;
  model: string;
  readonly clientRequestId: string | null;
  readonly requestId: string;
  task: string | null;
  /** Items answered wrong on purpose, by `quality.errorRate`. */
  wrong: number;
  fault: string | null;
  outcome: string;
  status: number;
  ms: number | null;
}

const RECENT_CALLS = 10_000;
const MAX_NAMES = 200;

function count(counts: Map<string, number>, name: string): void {
  const known = counts.get(name);
  if (known === undefined && counts.size >= MAX_NAMES) return;
  counts.set(name, (known ?? 0) + 1);
}

export type Want = Partial<Record<'calls' | 'inFlight' | 'answers', number>>;

export class Stats {
  readonly recent = new Ring<CallRecord>(RECENT_CALLS);
  #totals = { calls: 0, inFlight: 0, maxInFlight: 0, perSecondMax: 0, answers: 0 };
  #second = { at: 0, calls: 0 };
  readonly #byModel = new Map<string, number>();
  readonly #byFault = new Map<string, number>();
  readonly #byOutcome = new Map<string, number>();
  readonly #byTask = new Map<string, number>();
  readonly #waiters = new Set<() => void>();

  begin(
    nowMs: number,
    call: Omit<CallRecord, 'n' | 'at' | 'outcome' | 'status' | 'ms' | 'task' | 'wrong' | 'fault'>,
  ): CallRecord {
    const totals = this.#totals;
    totals.calls += 1;
    totals.inFlight += 1;
    totals.maxInFlight = Math.max(totals.maxInFlight, totals.inFlight);
    const second = Math.floor(nowMs / 1_000);
    this.#second =
      second === this.#second.at ? { at: second, calls: this.#second.calls + 1 } : { at: second, calls: 1 };
    totals.perSecondMax = Math.max(totals.perSecondMax, this.#second.calls);
    const record: CallRecord = {
      n: totals.calls,
      at: new Date(nowMs).toISOString(),
      ...call,
      task: null,
      wrong: 0,
      fault: null,
      outcome: 'pending',
      status: 0,
      ms: null,
    };
    this.recent.push(record);
    this.#wake();
    return record;
  }

  /** The record keeps its place in the ring even when a reset came between: the totals are then no longer its own. */
  end(nowMs: number, record: CallRecord): void {
    record.ms = nowMs - Date.parse(record.at);
    this.#totals.inFlight = Math.max(0, this.#totals.inFlight - 1);
    if (record.outcome === 'answered') this.#totals.answers += 1;
    count(this.#byModel, record.model);
    count(this.#byOutcome, record.outcome);
    if (record.fault !== null) count(this.#byFault, record.fault);
    if (record.task !== null) count(this.#byTask, record.task);
    this.#wake();
  }

  view(): Record<string, unknown> {
    return {
      ...this.#totals,
      byModel: Object.fromEntries(this.#byModel),
      byFault: Object.fromEntries(this.#byFault),
      byOutcome: Object.fromEntries(this.#byOutcome),
      byTask: Object.fromEntries(this.#byTask),
    };
  }

  /** True once every wanted figure is reached, false when the time is over first: tests wait here instead of sleeping. */
  reached(want: Want, timeoutMs: number): Promise<boolean> {
    const isReached = (): boolean =>
      Object.entries(want).every(([name, least]) => this.#totals[name as keyof Want] >= least);
    return new Promise((resolve) => {
      const settle = (reached: boolean): void => {
        clearTimeout(timer);
        this.#waiters.delete(check);
        resolve(reached);
      };
      const check = (): void => {
        if (isReached()) settle(true);
      };
      const timer = setTimeout(() => settle(false), timeoutMs);
      this.#waiters.add(check);
      check();
    });
  }

  reset(): void {
    const { inFlight } = this.#totals;
    this.#totals = { calls: 0, inFlight, maxInFlight: inFlight, perSecondMax: 0, answers: 0 };
    this.#second = { at: 0, calls: 0 };
    for (const counts of [this.#byModel, this.#byFault, this.#byOutcome, this.#byTask]) counts.clear();
    this.recent.clear();
  }

  #wake(): void {
    for (const check of this.#waiters) check();
  }
}
