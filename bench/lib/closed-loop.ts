export interface LoopResult {
  readonly seconds: number;
  readonly millis: readonly number[];
}

/** `clients` callers that each send the next as soon as the last is answered, until `count` calls were made. */
export const closedLoop = async (
  clients: number,
  count: number,
  call: (n: number) => Promise<void>,
): Promise<LoopResult> => {
  const millis: number[] = [];
  let next = 0;
  const began = performance.now();
  const client = async (): Promise<void> => {
    while (next < count) {
      const n = next;
      next += 1;
      const sent = performance.now();
      await call(n);
      millis.push(performance.now() - sent);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  return { seconds: (performance.now() - began) / 1_000, millis };
};
