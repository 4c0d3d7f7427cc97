import type { AttemptRecord, Closing } from '../ports';
import type { Scored } from '../policies/score-answer';
import type { Answered, FulfilAsk, FulfilPorts } from './fulfil-flow';

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

/** What only checked another answer is told apart in the ledger: what it cost is the audit's, not the ladder's. */
const outcomeOf = ({ purpose }: AttemptRecord, outcome: string): string => {
  if (purpose === 'answer') return outcome;
  return outcome === 'ok' ? 'audit' : `audit:${outcome}`;
};

/** Closes the hold and keeps the attempt's record in step, so that the receipt needs no second reading. */
export const closeAttempt = async (at: FulfilPorts, flow: FulfilAsk, closing: Closing): Promise<void> => {
  const index = flow.attempts.findIndex((attempt) => attempt.id === closing.attempt);
  const record = flow.attempts[index];
  const outcome = record === undefined ? closing.outcome : outcomeOf(record, closing.outcome);
  await at.ledger.closeHold({ ...closing, outcome });
  if (record === undefined) return;
  tellBooked(at, flow, record, { ...closing, outcome });
  flow.attempts[index] = {
    ...record,
    state: closing.kind,
    outcome,
    actual: billOf(closing, record.held),
    modelResolved: closing.modelResolved,
    tokens: closing.tokens,
    estimated: closing.estimated,
    answer: closing.answer,
    ms: closing.ms,
  };
};

/** Books an answer that was paid for, unless it is booked already. */
export const settleAnswer = async (at: FulfilPorts, flow: FulfilAsk, answered: Answered): Promise<void> => {
  const { open, text, output: _, ...bill } = answered;
  const isHeld = flow.attempts.some(({ id, state }) => id === open.id && state === 'held');
  if (isHeld) await closeAttempt(at, flow, { ...bill, attempt: open.id, kind: 'settled', outcome: 'ok', answer: text });
};

export const noteScore = (
  flow: FulfilAsk,
  attempt: string,
  { score, signs }: Pick<Scored, 'score' | 'signs'>,
): void => {
  const index = flow.attempts.findIndex(({ id }) => id === attempt);
  const record = flow.attempts[index];
  if (record !== undefined) flow.attempts[index] = { ...record, score, signs };
};

export const noteSent = (flow: FulfilAsk, attempt: string, sentAt: Date): void => {
  const index = flow.attempts.findIndex(({ id }) => id === attempt);
  const record: AttemptRecord | undefined = flow.attempts[index];
  if (record !== undefined) flow.attempts[index] = { ...record, sentAt };
};
