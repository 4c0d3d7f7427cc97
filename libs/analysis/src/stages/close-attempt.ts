import type { AttemptRecord, Closing } from '../ports';
import type { FulfilAsk, FulfilPorts } from './fulfil-flow';

const billOf = (closing: Closing, held: bigint): bigint =>
  closing.kind === 'settled' ? closing.nanos : closing.kind === 'unknown' ? held : 0n;

/** Keeps the attempt's record in step with its hold, so that the receipt needs no second reading. */
export const noteClosed = (flow: FulfilAsk, closing: Closing): void => {
  const index = flow.attempts.findIndex((attempt) => attempt.id === closing.attempt);
  const record = flow.attempts[index];
  if (record === undefined) return;
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

export const closeAttempt = async (at: FulfilPorts, flow: FulfilAsk, closing: Closing): Promise<void> => {
  await at.ledger.closeHold(closing);
  noteClosed(flow, closing);
};

export const noteSent = (flow: FulfilAsk, attempt: string, sentAt: Date): void => {
  const index = flow.attempts.findIndex(({ id }) => id === attempt);
  const record: AttemptRecord | undefined = flow.attempts[index];
  if (record !== undefined) flow.attempts[index] = { ...record, sentAt };
};
