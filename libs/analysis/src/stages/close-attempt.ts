import type { AttemptRecord, Closing } from '../ports';
import type { FulfilAsk, FulfilPorts } from './fulfil-flow';

const billOf = (closing: Closing, held: bigint): bigint =>
  closing.kind === 'settled' ? closing.nanos : closing.kind === 'unknown' ? held : 0n;

const tellBooked = (at: FulfilPorts, flow: FulfilAsk, record: AttemptRecord, closing: Closing): void =>
  at.onBooked?.({
    task: flow.task.name,
    provider: record.provider,
    model: record.model,
    tier: flow.ladder.find(({ provider, model }) => provider === record.provider && model === record.model)?.tier,
    nanos: billOf(closing, record.held),
    useful: closing.kind === 'settled' && closing.outcome === 'ok',
  });

/** Closes the hold and keeps the attempt's record in step, so that the receipt needs no second reading. */
export const closeAttempt = async (at: FulfilPorts, flow: FulfilAsk, closing: Closing): Promise<void> => {
  await at.ledger.closeHold(closing);
  const index = flow.attempts.findIndex((attempt) => attempt.id === closing.attempt);
  const record = flow.attempts[index];
  if (record === undefined) return;
  tellBooked(at, flow, record, closing);
  flow.attempts[index] = {
    ...record,
    state: closing.kind,
    outcome: closing.outcome,
    actual: billOf(closing, record.held),
    modelResolved: closing.modelResolved,
    tokens: closing.tokens,
    estimated: closing.estimated,
    answer: closing.answer,
    ms: closing.ms,
  };
};

export const noteSent = (flow: FulfilAsk, attempt: string, sentAt: Date): void => {
  const index = flow.attempts.findIndex(({ id }) => id === attempt);
  const record: AttemptRecord | undefined = flow.attempts[index];
  if (record !== undefined) flow.attempts[index] = { ...record, sentAt };
};
