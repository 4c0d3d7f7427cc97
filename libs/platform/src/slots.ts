export interface Slots {
  /** resolves with what gives the slot back, once; whoever came first is let in first */
  readonly enter: () => Promise<() => void>;
}

/** So many at once. */
export const createSlots = (count: number): Slots => {
  let free = count;
  const waiting: (() => void)[] = [];
  const leave = (): void => {
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next();
  };
  return {
    enter: async () => {
      if (free > 0) free -= 1;
      else await new Promise<void>((next) => waiting.push(next));
      let isGiven = false;
      return () => {
        if (!isGiven) leave();
        isGiven = true;
      };
    },
  };
};
