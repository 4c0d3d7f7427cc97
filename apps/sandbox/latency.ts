import { setTimeout as sleep } from 'node:timers/promises';
import { chance } from './chance';
import type { Latency } from './knobs';

const DEFAULT_SIGMA = 0.5;
const MAX_MS = 600_000;

/** How long the `count`-th call takes. */
export function drawLatencyMs(latency: Latency, seed: number, count: number): number {
  const u = chance(seed, 'latency', count);
  switch (latency.kind) {
    case 'fixed':
      return latency.ms;
    case 'uniform':
      return latency.ms + u * ((latency.toMs ?? latency.ms) - latency.ms);
    case 'lognormal': {
      const v = chance(seed, 'latency-angle', count);
      const normal = Math.sqrt(-2 * Math.log(1 - u)) * Math.cos(2 * Math.PI * v);
      return Math.min(MAX_MS, latency.ms * Math.exp((latency.sigma ?? DEFAULT_SIGMA) * normal));
    }
  }
}

export async function wait(ms: number): Promise<void> {
  if (ms > 0) await sleep(ms);
}
