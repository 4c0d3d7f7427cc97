/**
 * So many at once, the others in turn. A slot is given back as soon as its call has been answered: what is written after that needs the
 * database and not the slot.
 */
export const createSlots = (most: number) => {
  const waiting: (() => void)[] = [];
  let taken = 0;
  const release = (): (() => void) => {
    let isOpen = true;
    return () => {
      if (!isOpen) return;
      isOpen = false;
      const next = waiting.shift();
      if (next === undefined) taken -= 1;
      else next();
    };
  };
  return {
    /** resolves with how to give it back */
    take: (): Promise<() => void> => {
      if (taken < most) {
        taken += 1;
        return Promise.resolve(release());
      }
      return new Promise((resolve) => void waiting.push(() => resolve(release())));
    },
  };
};
