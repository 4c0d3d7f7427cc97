/** The last answer stands for a while: the relay asks many times a second for what changes once in minutes. */
export const remembered = <Key, Value>(forMs: number, ask: (key: Key) => Promise<Value>) => {
  const known = new Map<Key, { until: number; value: Promise<Value> }>();
  return (key: Key): Promise<Value> => {
    const last = known.get(key);
    if (last !== undefined && last.until > performance.now()) return last.value;
    const value = ask(key);
    known.set(key, { until: performance.now() + forMs, value });
    value.catch(() => known.delete(key));
    return value;
  };
};
