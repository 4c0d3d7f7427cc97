const minuteMs = 60_000;
const mostAMinute = 15;
const mostKeys = 1_000;

interface Count {
  readonly minute: number;
  calls: number;
}

/**
 * OpenAI sends calls of one cache key to one machine, and that to others as well once there are more than about 15 a minute, which then know
 * nothing of the prefix. So every further 15 of a minute get a key of their own, the same ones every minute.
 */
export const createKeySpread = (nowMs: () => number): ((key: string) => string) => {
  const counts = new Map<string, Count>();
  return (key) => {
    const minute = Math.floor(nowMs() / minuteMs);
    const known = counts.get(key);
    const count = known?.minute === minute ? known : { minute, calls: 0 };
    counts.delete(key);
    counts.set(key, count);
    const [oldest] = counts.keys();
    if (counts.size > mostKeys && oldest !== undefined) counts.delete(oldest);
    count.calls += 1;
    return `${key}-${Math.floor((count.calls - 1) / mostAMinute)}`;
  };
};
