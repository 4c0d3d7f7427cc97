import type { ClaimedJob, MoveVerdict } from '@winnow/analysis';
import type { Acceptance } from '@winnow/storage';

/** A place for one job that runs in this process. */
export interface Slot {
  /** what the job is accepted with, so that it is this process's from its first moment */
  readonly claim: NonNullable<Acceptance['claim']>;
  /** works on the job to its end and gives the slot back; never rejects */
  readonly run: (job: ClaimedJob, isFollowed: boolean) => Promise<void>;
  readonly free: () => void;
}

export interface RunNow {
  /** null: no slot is free, or this process is about to stop. The job goes the queue's way then. */
  readonly take: () => Slot | null;
  readonly underWay: () => number;
}

export interface RunNowPorts {
  readonly slots: number;
  readonly worker: () => string;
  readonly leaseMs: number;
  readonly stopping: () => boolean;
  readonly work: (job: ClaimedJob, isFollowed: boolean) => Promise<MoveVerdict>;
  readonly onFault: (job: ClaimedJob, error: unknown) => void;
  readonly onEnd: (job: ClaimedJob) => void;
}

/** The longest deadline of a job that does not wait for a worker: who waits for longer can as well be served by the queue. */
export const longestNowMs = 60_000;

export const createRunNow = (at: RunNowPorts): RunNow => {
  let taken = 0;
  const slot = (): Slot => {
    let isOpen = true;
    const free = (): void => {
      if (isOpen) taken -= 1;
      isOpen = false;
    };
    const run: Slot['run'] = async (job, isFollowed) => {
      try {
        await at.work(job, isFollowed);
      } catch (error) {
        // The row stays claimed until its lease ends or this process leaves: the keeper sends it out then.
        at.onFault(job, error);
      } finally {
        free();
        at.onEnd(job);
      }
    };
    return { claim: { worker: at.worker(), leaseMs: at.leaseMs }, run, free };
  };
  return {
    underWay: () => taken,
    take: () => {
      if (taken >= at.slots || at.stopping()) return null;
      taken += 1;
      return slot();
    },
  };
};
