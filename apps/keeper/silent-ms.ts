/** how long a sent call may be silent before it counts as billed: well over the time-out of a call */
export const silentMs = (timeoutMs: number): number => timeoutMs * 2;
