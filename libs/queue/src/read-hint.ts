import { queues, type Hint, type QueueName } from '@winnow/contracts';
import { UnrecoverableError } from 'bullmq';

/** A payload that no release of ours wrote is set aside as failed; the sweeper finds the row behind it, if there is one. */
export const readHint = (queue: QueueName, data: unknown): Hint => {
  const parsed = queues[queue].schema.safeParse(data);
  if (!parsed.success)
    throw new UnrecoverableError(`not a hint of ${queue}: ${parsed.error.issues[0]?.message ?? 'unreadable'}`);
  return parsed.data;
};
