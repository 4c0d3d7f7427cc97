interface Window {
  count: number;
  readonly untilMs: number;
}

export interface FailureCount {
  /** seconds until the address may fail again; 0 when it may now */
  readonly blockedFor: (address: string) => number;
  readonly add: (address: string) => void;
}

const windowMs = 60_000;
const maxAddresses = 10_000;

/** How often an address failed in its last minute, which begins with its first failure. */
export const createFailureCount = (limit: number, nowMs: () => number = () => performance.now()): FailureCount => {
  const windows = new Map<string, Window>();
  const current = (address: string): Window | undefined => {
    const window = windows.get(address);
    if (window !== undefined && window.untilMs > nowMs()) return window;
    windows.delete(address);
    return undefined;
  };
  return {
    blockedFor: (address) => {
      const window = current(address);
      return window === undefined || window.count < limit ? 0 : Math.ceil((window.untilMs - nowMs()) / 1000);
    },
    add: (address) => {
      const window = current(address);
      if (window !== undefined) return void (window.count += 1);
      windows.set(address, { count: 1, untilMs: nowMs() + windowMs });
      const oldest = windows.keys().next().value;
      if (windows.size > maxAddresses && oldest !== undefined) windows.delete(oldest);
    },
  };
};
