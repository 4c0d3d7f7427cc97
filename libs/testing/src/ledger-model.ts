import { close, correct, roomOf, scopeOf, type ModelAttempt, type ModelScope } from './ledger-model-money';
import { leaseMs, scopeKinds, type Command, type ScopeKind, type Zone } from './ledger-commands';

/** One clock for all tenants, as the database has one. */
export interface ModelClock {
  nowMs: number;
}

export interface ModelJob extends ModelScope {
  readonly hasUser: boolean;
  state: 'queued' | 'running' | 'canceling' | 'parked';
  path: 'intake' | 'fulfil';
  fence: number;
  claimed: boolean;
  claimedMs: number;
  attempts: number;
  parkedFor: ScopeKind | null;
  wants: bigint;
}

export const firstCaps: Readonly<Record<ScopeKind, bigint>> = {
  'tenant-day': 70n,
  'tenant-month': 120n,
  'end-user': 45n,
};
export const jobCap = 60n;
export const jobsEach = 3;
/** two are with an executor from the start, the third waits in the queue */
export const isTaken = (job: number): boolean => job < 2;
/** one end user stands behind the first job of each tenant */
export const hasUser = (job: number): boolean => job === 0;

/** Which window of a kind a moment lies in: its first day, or its month, as a number. */
export const windowKey = (kind: ScopeKind, ms: number, { minutes }: Zone): number => {
  const local = ms + minutes * 60_000;
  const date = new Date(local);
  return kind === 'tenant-month' ? date.getUTCFullYear() * 12 + date.getUTCMonth() : Math.floor(local / 86_400_000);
};

interface Account {
  /** of windows to come */
  cap: bigint;
  readonly windows: Map<number, ModelScope>;
}

/** The rules of reliability in a few lines, for one tenant: what the SQL has to agree with, answer by answer and sum by sum. */
export const createModel = (clock: ModelClock, zone: Zone) => {
  const accounts = Object.fromEntries(
    scopeKinds.map((kind): [ScopeKind, Account] => [kind, { cap: firstCaps[kind], windows: new Map() }]),
  ) as Record<ScopeKind, Account>;
  const jobs = Array.from({ length: jobsEach }, (_, n): ModelJob => ({
    ...scopeOf(jobCap),
    hasUser: hasUser(n),
    state: isTaken(n) ? 'running' : 'queued',
    path: 'fulfil',
    fence: isTaken(n) ? 1 : 0,
    claimed: isTaken(n),
    claimedMs: clock.nowMs,
    attempts: 0,
    parkedFor: null,
    wants: 0n,
  }));
  const attempts: (ModelAttempt & { readonly job: ModelJob; readonly fence: number; sentMs: number | null })[] = [];

  const keyNow = (kind: ScopeKind): number => windowKey(kind, clock.nowMs, zone);
  const windowOf = (kind: ScopeKind): ModelScope => {
    const { windows, cap } = accounts[kind];
    const window = windows.get(keyNow(kind)) ?? scopeOf(cap);
    windows.set(keyNow(kind), window);
    return window;
  };
  const isLive = ({ job, fence }: { job: ModelJob; fence: number }): boolean =>
    job.fence === fence && job.state === 'running';

  const open = (job: ModelJob, nanos: bigint, stale: boolean): string => {
    if (stale || job.state !== 'running') return 'lost';
    if (nanos > roomOf(job)) return 'over-cap';
    const windows = scopeKinds.filter((kind) => job.hasUser || kind !== 'end-user').map(windowOf);
    if (windows.some((window) => nanos > roomOf(window))) return 'over-budget';
    job.attempts += 1;
    const parts = [job, ...windows].map((scope) => ({ scope, spent: 0n, over: 0n }));
    for (const { scope } of parts) scope.held += nanos;
    attempts.push({ job, fence: job.fence, nanos, parts, state: 'held', actual: 0n, corrected: false, sentMs: null });
    return `granted ${job.attempts}`;
  };
  const claim = (job: ModelJob): number | string | null => {
    if (job.state !== 'queued' || job.claimed) return null;
    job.fence += 1;
    if (job.path === 'intake') {
      job.path = 'fulfil';
      return 'planned';
    }
    Object.assign(job, { state: 'running', claimed: true, claimedMs: clock.nowMs });
    return job.fence;
  };
  const park = (job: ModelJob, parkedFor: ScopeKind, wants: bigint): string => {
    if (job.state !== 'running') return job.state === 'canceling' ? 'canceling' : 'lost';
    Object.assign(job, { state: 'parked', path: 'intake', claimed: false, parkedFor, wants });
    return 'moved';
  };
  const fitting = (kind: ScopeKind, most: number): ModelJob[] => {
    const window = windowOf(kind);
    const onTheirWay = jobs.filter(({ state, parkedFor }) => state === 'queued' && parkedFor === kind);
    const room = roomOf(window) - onTheirWay.reduce((sum, { wants }) => sum + wants, 0n);
    const whole = window.target ?? window.cap;
    let total = 0n;
    if (room <= 0n) return [];
    return jobs
      .filter((job) => job.state === 'parked' && job.parkedFor === kind && job.wants <= whole)
      .slice(0, most)
      .filter(({ wants }) => (total += wants) <= room);
  };
  const resume = (most: number): number => {
    const fits = new Set(scopeKinds.flatMap((kind) => fitting(kind, most)));
    // The oldest first, whichever scope they wait for.
    const due = jobs.filter((job) => fits.has(job)).slice(0, most);
    for (const job of due) Object.assign(job, { state: 'queued', path: 'intake' });
    return due.length;
  };
  const setCap = (kind: ScopeKind, cap: bigint): number => {
    accounts[kind].cap = cap;
    const window = accounts[kind].windows.get(keyNow(kind));
    if (window !== undefined) {
      const stands = window.spent + window.held;
      Object.assign(window, cap < stands ? { cap: stands, target: cap } : { cap, target: null });
    }
    return resume(500);
  };
  const letGo = (job: ModelJob): void => {
    const state = job.state === 'canceling' ? 'canceling' : 'queued';
    Object.assign(job, { state, claimed: false, fence: job.fence + 1 });
  };
  const giveBack = (): void => jobs.filter(({ claimed }) => claimed).forEach(letGo);

  /** The same as the subject's `perform`, with the same answer. */
  const perform = (one: Command): unknown => {
    const job = jobs['nth' in one ? one.nth % jobsEach : 0] as ModelJob;
    const attempt =
      attempts.length === 0 || !('nth' in one) ? undefined : attempts.at(-1 - (one.nth % attempts.length));
    switch (one.do) {
      case 'open':
        return open(job, one.nanos, one.stale);
      case 'send': {
        if (attempt === undefined || attempt.state !== 'held' || attempt.sentMs !== null || !isLive(attempt))
          return false;
        attempt.sentMs = clock.nowMs;
        return true;
      }
      case 'close':
        return void (attempt && close(attempt, one.kind, one.bill));
      case 'claim':
        return claim(job);
      case 'park':
        return park(job, one.kind, one.wants);
      case 'resume':
        return resume(one.most);
      case 'give back':
        return giveBack();
      case 'stop':
        if (job.state !== 'running') return false;
        job.state = 'canceling';
        return true;
      case 'cap':
        return setCap(one.kind, one.cap);
      case 'correct':
        return void (attempt && correct(attempt, one.bill));
      case 'crash':
      case 'price':
        return undefined;
    }
  };
  const isOld = (ms: number, patience: number): boolean => clock.nowMs - ms >= patience;
  return {
    jobs,
    accounts,
    perform,
    resume,
    /** what the keeper finds: the worker where it died, and claims that ran out */
    sweep: (crashed: boolean): void =>
      jobs.filter(({ claimed, claimedMs }) => claimed && (crashed || isOld(claimedMs, leaseMs))).forEach(letGo),
    reap: (silentMs: number): { released: number; unknown: number } => {
      const held = attempts.filter(({ state }) => state === 'held');
      const released = held.filter((one) => one.sentMs === null && !(isLive(one) && one.job.claimed));
      const unknown = held.filter(({ sentMs }) => sentMs !== null && isOld(sentMs, silentMs));
      for (const one of released) close(one, 'released', 0n);
      for (const one of unknown) close(one, 'unknown', one.nanos);
      return { released: released.length, unknown: unknown.length };
    },
  };
};
export type Model = ReturnType<typeof createModel>;
