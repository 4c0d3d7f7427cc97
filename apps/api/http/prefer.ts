const longestWaitS = 60;
const wait = /^wait[ \t]*=[ \t]*"?([1-9]\d{0,8})"?$/i;

/** Seconds that `Prefer: wait=N` asks for, cut to 60; null when it asks for none, or cannot be read. */
export const preferredWaitS = (header: string | string[] | undefined): number | null => {
  if (header === undefined) return null;
  for (const preference of String(header).split(',')) {
    const seconds = wait.exec((preference.split(';')[0] ?? '').trim())?.[1];
    if (seconds !== undefined) return Math.min(Number(seconds), longestWaitS);
  }
  return null;
};
