/** How long a worker may take nothing while hints wait for it. */
const idleLimitMs = 60_000;

interface ConsumptionPorts {
  readonly nowMs: () => number;
  readonly underWay: () => number;
  /** hints that wait in Redis; a fault of Redis excuses everybody */
  readonly waiting: () => Promise<number>;
}

export interface Consumption {
  readonly note: () => void;
  /** null: it consumes, or there is nothing to consume */
  readonly fault: () => Promise<string | null>;
}

/** Whether a worker really consumes: a connection that answers pings proves nothing, a worker wedged behind it answers them as well. */
export const createConsumption = (at: ConsumptionPorts): Consumption => {
  let last = at.nowMs();
  return {
    note: () => {
      last = at.nowMs();
    },
    fault: async () => {
      const idleMs = at.nowMs() - last;
      if (idleMs < idleLimitMs || at.underWay() > 0) return null;
      const waiting = await at.waiting().catch(() => 0);
      return waiting > 0 ? `${waiting} hints wait, and none was taken for ${Math.round(idleMs / 1_000)} s` : null;
    },
  };
};
