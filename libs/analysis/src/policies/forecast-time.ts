import { printDuration } from '@winnow/kernel';

/** How long calls took, in ms. */
export interface CallTimes {
  readonly p50: number;
  readonly p95: number;
  readonly mean: number;
  readonly deviation: number;
}

export interface Pace {
  /** null: no call of the task was seen lately */
  readonly times: CallTimes | null;
  /** how many calls the executors that are alive make at once */
  readonly slots: number;
  /** jobs that wait or run already */
  readonly ahead: number;
}

/** What a call is thought to take before any was seen: a median of 1 s and a 95th percentile of 3 s, spread log-normally. */
const prior: CallTimes = { p50: 1_000, p95: 3_000, mean: 1_250, deviation: 940 };
/** A slot is also busy with claiming, holding and settling. */
const besideCallMs = 25;
/** From acceptance to the first claim. */
const onTheWayMs = 500;
/** Others submit too while this runs. */
const morePlaces = 1.25;
const z95 = 1.645;

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** Rounded up to what a person would say: whole seconds to two minutes, minutes to two hours, hours beyond. */
const sayMs = (ms: number): string => {
  const unit = ms > 2 * hour ? hour : ms > 2 * minute ? minute : second;
  return printDuration(Math.max(1, Math.ceil(ms / unit)) * unit);
};

/** When the last of `jobs` is done, if they were sent now. Null: nobody is there to do them. */
export const forecastTime = (jobs: number, { times, slots, ahead }: Pace): { p50: string; p95: string } | null => {
  if (slots <= 0) return null;
  const { p50, p95, mean, deviation } = times ?? prior;
  const before = ahead + jobs - 1;
  const busyMs = (before * (mean + besideCallMs)) / slots;
  const doubtMs = (z95 * deviation * Math.sqrt(before)) / slots;
  return {
    p50: sayMs(onTheWayMs + busyMs + p50),
    p95: sayMs(onTheWayMs + busyMs * morePlaces + doubtMs + p95),
  };
};
