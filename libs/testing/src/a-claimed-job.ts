import type { AttemptRecord, ClaimedJob } from '@winnow/analysis';
import { uuidv7 } from '@winnow/kernel';
import { aPrice } from './fake-catalogue';

/** A job as the executor claims it for the first time, but for what the test says. */
export const aClaimedJob = (but: Partial<ClaimedJob> = {}): ClaimedJob => ({
  id: uuidv7(),
  tenantId: uuidv7(),
  batchId: null,
  endUser: null,
  task: 'review.sentiment',
  version: 2,
  input: { text: 'Great sound, poor battery', detail: false },
  inputHash: 'hash',
  floor: 0.8,
  whenOver: 'park',
  strict: false,
  state: 'running',
  plan: null,
  cap: 50_000_000n,
  fence: 2,
  runs: 2,
  deaths: 0,
  attempts: 0,
  baselineModel: 'gpt-4o',
  deadlinePassed: false,
  ...but,
});

/** An attempt that was answered and paid for, but for what the test says. */
export const anAttempt = (but: Partial<AttemptRecord> = {}): AttemptRecord => {
  const price = but.price ?? aPrice('openai/mini', '0.15', '0.60');
  return {
    id: uuidv7(),
    n: 1,
    provider: price.provider,
    model: price.model,
    modelResolved: `${price.model}-dated`,
    lane: 'direct',
    priceId: price.id,
    price,
    state: 'settled',
    outcome: 'ok',
    held: 100_000n,
    actual: 27_000n,
    tokens: { input: 100, cacheRead: 0, cacheWrite: 0, output: 20 },
    estimated: false,
    answer: '{}',
    sentAt: new Date('2026-11-21T12:00:00Z'),
    ms: 40,
    purpose: 'answer',
    score: null,
    signs: null,
    ...but,
  };
};
