import type { GatePolicy } from '@winnow/kernel';
import { z } from 'zod';

const most = {
  requestsPerSecond: 100_000,
  requestsPerMinute: 1_000_000,
  tokensPerMinute: 1_000_000_000,
  concurrent: 10_000,
} as const;
const names = Object.keys(most) as (keyof typeof most)[];

/** What one model of a provider may be asked, by all processes together. What is not named is not limited. */
export type Limits = { readonly [Name in keyof typeof most]?: number };

const faultOf = (name: string, text: string | undefined): string | null => {
  if (!Object.hasOwn(most, name)) return `knows ${names.join(', ')}, such as requestsPerSecond=10,concurrent=5`;
  const bound = most[name as keyof typeof most];
  const value = Number(text);
  return /^\d+$/.test(text ?? '') && value >= 1 && value <= bound ? null : `${name} takes a number from 1 to ${bound}`;
};

/** `requestsPerSecond=10,tokensPerMinute=200000,concurrent=5` */
export const limitsText = z.string().transform((text, context): Limits => {
  const pairs = text.split(',').map((pair) => pair.split('=').map((part) => part.trim()));
  const faults = pairs.flatMap(([name = '', value]) => faultOf(name, value) ?? []);
  const given = pairs.map(([name]) => name);
  if (new Set(given).size < given.length) faults.push('names a limit twice');
  if (given.includes('requestsPerSecond') && given.includes('requestsPerMinute'))
    faults.push('takes requests by the second or by the minute, not both');
  for (const message of faults.slice(0, 1)) context.addIssue({ code: 'custom', message });
  return Object.fromEntries(pairs.map(([name, value]) => [name, Number(value)]));
});

export interface BreakerSettings {
  /** failures in a row that open it */
  readonly fails: number;
  readonly openMs: number;
  /** successes of probes that close it */
  readonly oks: number;
}

/** A place is taken back so long after its call must have ended. */
const leaseSpareMs = 15_000;
/** Calls spend unlike times between the gate and the wire: a sixth of the room keeps them from bunching to more than the limit, on a busy machine too. */
const spacedMinuteUs = 72_000_000;
const minuteUs = 60_000_000;
/** Of a minute's tokens a tenth may come at once and the rest evenly: no stretch of a minute sees more than all of them. */
const burstShare = 0.1;

const requestsOf = ({ requestsPerSecond, requestsPerMinute }: Limits): GatePolicy['requests'] => {
  const perMinute = requestsPerMinute ?? (requestsPerSecond ?? 0) * 60;
  return perMinute === 0 ? undefined : { intervalUs: Math.ceil(spacedMinuteUs / perMinute), burst: 1 };
};

const tokensOf = ({ tokensPerMinute }: Limits): GatePolicy['tokens'] => {
  if (tokensPerMinute === undefined) return undefined;
  const burst = Math.max(1, Math.floor(tokensPerMinute * burstShare));
  return { intervalUs: Math.ceil(minuteUs / Math.max(1, tokensPerMinute - burst)), burst };
};

/** Settings as the gate reckons with them. */
export const gatePolicy = (breaker: BreakerSettings, limits: Limits, timeoutMs: number): GatePolicy => {
  const requests = requestsOf(limits);
  const tokens = tokensOf(limits);
  return {
    fails: breaker.fails,
    openUs: breaker.openMs * 1_000,
    oks: breaker.oks,
    leaseUs: (timeoutMs + leaseSpareMs) * 1_000,
    ...(requests && { requests }),
    ...(tokens && { tokens }),
    ...(limits.concurrent !== undefined && { concurrent: limits.concurrent }),
  };
};
