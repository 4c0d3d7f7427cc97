import type { AttemptRecord, Closing } from '../ports';
import type { Scored } from '../policies/score-answer';
import type { Answered, FulfilAsk, FulfilPorts } from './fulfil-flow';

/** released before the bytes left */
export const unsent = 'unsent';

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

/** Keeps the attempt's record in step with its hold, so that the receipt needs no second reading. What the ledger is to be told. */
const noteClosed = (at: FulfilPorts, flow: FulfilAsk, closing: Closing): Closing => {
  const index = flow.attempts.findIndex((attempt) => attempt.id === closing.attempt);
  const record = flow.attempts[index];
  if (record === undefined) return closing;
  const told = { ...closing, outcome: outcomeOf(record, closing.outcome) };
  tellBooked(at, flow, record, told);
  flow.attempts[index] = {
    ...record,
    state: told.kind,
    outcome: told.outcome,
    actual: billOf(told, record.held),
    modelResolved: told.modelResolved,
    tokens: told.tokens,
    estimated: told.estimated,
    answer: told.answer,
    ms: told.ms,
    // what was written down as sent with its hold, and then was not
    sentAt: told.outcome === unsent ? null : record.sentAt,
  };
  return told;
};

export const closeAttempt = async (at: FulfilPorts, flow: FulfilAsk, closing: Closing): Promise<void> => {
  const record = flow.attempts.find(({ id }) => id === closing.attempt);
  const outcome = record === undefined ? closing.outcome : outcomeOf(record, closing.outcome);
  await at.ledger.closeHold({ ...closing, outcome });
  noteClosed(at, flow, closing);
};

const isHeld = ({ attempts }: FulfilAsk, { open }: Answered): boolean =>
  attempts.some(({ id, state }) => id === open.id && state === 'held');

const billFor = ({ open, text, output: _, ...bill }: Answered): Closing => ({
  ...bill,
  attempt: open.id,
  kind: 'settled',
  outcome: 'ok',
  answer: text,
});

/** The bill of an answer that is to be booked with the end of its job; null where it is booked already. */
export const settleLater = (at: FulfilPorts, flow: FulfilAsk, answered: Answered): Closing | null =>
  isHeld(flow, answered) ? noteClosed(at, flow, billFor(answered)) : null;

/** Books an answer that was paid for, unless it is booked already. */
export const settleAnswer = async (at: FulfilPorts, flow: FulfilAsk, answered: Answered): Promise<void> => {
  if (isHeld(flow, answered)) await closeAttempt(at, flow, billFor(answered));
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
