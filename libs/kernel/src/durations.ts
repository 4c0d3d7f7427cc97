const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const UNITS = [
  ['d', DAY_MS],
  ['h', HOUR_MS],
  ['m', MINUTE_MS],
  ['s', SECOND_MS],
] as const;

const DURATION = /^([1-9]\d*)([smhd])$/;

/** `parseDuration('24h')` is `86_400_000`; null for anything else, or for more than can be counted exactly. */
export const parseDuration = (text: string): number | null => {
  const [, count, letter] = DURATION.exec(text) ?? [];
  const unit = UNITS.find(([name]) => name === letter);
  if (!unit) return null;
  const ms = Number(count) * unit[1];
  return Number.isSafeInteger(ms) ? ms : null;
};

/** The largest unit that says it exactly: `90_000` is `'90s'`. Below a second it falls back to `'250ms'`, to be read by people only. */
export const printDuration = (ms: number): string => {
  if (!Number.isFinite(ms) || ms < 0) throw new RangeError(`not a duration: ${ms}`);
  if (ms === 0) return '0s';
  const unit = UNITS.find(([, size]) => ms % size === 0);
  return unit ? `${ms / unit[1]}${unit[0]}` : `${ms}ms`;
};
