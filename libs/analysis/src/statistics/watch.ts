export interface WatchOptions {
  /** the rate of bad that was promised */
  readonly delta: number;
  /** how many times that rate the watch looks for */
  readonly times?: number;
  /** the alarm sounds at ln of this */
  readonly alarmAt?: number;
}

export interface Watch {
  readonly sum: number;
  readonly alarm: boolean;
}

export const quietWatch: Watch = { sum: 0, alarm: false };

/** Page's cumulative sum of log likelihood ratios: "δ times so many" against "δ". What went well long ago does not make up for bad now. */
export const watch = ({ sum }: Watch, bad: boolean, { delta, times = 3, alarmAt = 200 }: WatchOptions): Watch => {
  if (!(delta > 0 && times > 1 && delta * times < 1))
    throw new RangeError(`a watch needs 0 < δ and 1 < times < 1/δ, not ${delta} and ${times}`);
  const step = bad ? Math.log(times) : Math.log((1 - times * delta) / (1 - delta));
  const next = Math.max(0, sum) + step;
  return { sum: next, alarm: next >= Math.log(alarmAt) };
};
