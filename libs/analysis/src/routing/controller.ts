import { quietWatch, watch, type Watch } from '../statistics/watch';

/** A job that both rungs answered, with the score by which it would be sent up. */
export interface ShadowLabel {
  readonly score: number;
  readonly cheap: number;
  readonly dear: number;
}

/** What one rung was like since the last alarm, and how far it has moved from that. */
interface RungWatch {
  readonly n: number;
  readonly bad: number;
  readonly watch: Watch;
  /** labels since the watch was last at rest: where a change that is found now began */
  readonly restless: number;
}

export interface Controller {
  readonly ring: readonly ShadowLabel[];
  /** jobs that score at or above it go to the dearer rung */
  readonly threshold: number;
  readonly untilNext: number;
  readonly cheap: RungWatch;
  readonly dear: RungWatch;
  readonly alarms: number;
  readonly why: string;
}

const ringSize = 800;
const mostAfterAlarm = 200;
const leastAfterAlarm = 100;
const every = 40;
const margin = 0.01;
const steps = 40;
const settledAfter = 100;
const times = 1.3;
const alarmAt = 50;

const calm: RungWatch = { n: 0, bad: 0, watch: quietWatch, restless: 0 };

export const newController: Controller = {
  ring: [],
  threshold: Number.NEGATIVE_INFINITY,
  untilNext: every,
  cheap: calm,
  dear: calm,
  alarms: 0,
  why: 'no shadow labels yet: all go up',
};

interface Cut {
  readonly threshold: number;
  readonly share: number;
  readonly mean: number;
  readonly sure: number;
}

const cutAt = (sorted: readonly ShadowLabel[], step: number): Cut => {
  const n = sorted.length;
  const up = Math.round((step / steps) * n);
  const served = sorted.map(({ cheap, dear }, i) => (i < up ? dear : cheap));
  const mean = served.reduce((sum, one) => sum + one, 0) / n;
  const variance = served.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (n - 1);
  const threshold =
    up === 0 ? Number.POSITIVE_INFINITY : up === n ? Number.NEGATIVE_INFINITY : (sorted[up - 1]?.score ?? 0);
  return { threshold, share: up / n, mean, sure: mean - Math.sqrt(variance / n) };
};

/** The fewest escalations that are sure to keep what was promised; where none are, the best that there is. */
const chooseCut = (ring: readonly ShadowLabel[], promised: number): Pick<Controller, 'threshold' | 'why'> => {
  const sorted = [...ring].sort((a, b) => b.score - a.score);
  const cuts = Array.from({ length: steps + 1 }, (_, step) => cutAt(sorted, step));
  const met = cuts.find(({ sure }) => sure >= promised + margin);
  const cut = met ?? cuts.reduce((best, one) => (one.sure > best.sure ? one : best));
  const numbers = `${Math.round(cut.share * 100)} % go up; ${cut.mean.toFixed(3)}, surely ${cut.sure.toFixed(3)}, of ${ring.length}`;
  return { threshold: cut.threshold, why: met ? numbers : `${numbers}: the best there is, ${promised} is promised` };
};

const observe = ({ n, bad, watch: before, restless }: RungWatch, isBad: boolean): RungWatch => {
  const counted = { n: n + 1, bad: bad + (isBad ? 1 : 0) };
  // until it is known how often a rung fails, nothing can be said to have changed
  if (n < settledAfter) return { ...calm, ...counted };
  const delta = Math.min(0.6, Math.max(0.02, (bad + 1) / (n + 2)));
  const now = watch(before, isBad, { delta, times, alarmAt });
  return { ...counted, watch: now, restless: now.sum <= 0 ? 0 : restless + 1 };
};

/** Labels from before the change would speak for a model that is no more; too few would say nothing. */
const keptAfter = (rungs: readonly RungWatch[]): number => {
  const since = Math.max(...rungs.map(({ watch: { alarm }, restless }) => (alarm ? restless : 0)));
  return Math.min(mostAfterAlarm, Math.max(leastAfterAlarm, since));
};

/** Takes in one shadow label. Each 40, and at an alarm, the threshold is chosen anew from the ring of the newest labels. */
export const learn = (past: Controller, label: ShadowLabel, promised: number): Controller => {
  const cheap = observe(past.cheap, label.cheap < 0.5);
  const dear = observe(past.dear, label.dear < 0.5);
  const alarm = cheap.watch.alarm || dear.watch.alarm;
  const ring = [...past.ring, label].slice(-(alarm ? keptAfter([cheap, dear]) : ringSize));
  const next: Controller = {
    ...past,
    ring,
    untilNext: past.untilNext - 1,
    ...(alarm ? { cheap: calm, dear: calm, alarms: past.alarms + 1 } : { cheap, dear }),
  };
  if (!alarm && next.untilNext > 0) return next;
  return { ...next, untilNext: every, ...chooseCut(ring, promised) };
};

export const goesUp = ({ threshold }: Controller, score: number): boolean => score >= threshold;
