import { setTimeout as sleep } from 'node:timers/promises';
import { createLive } from '@winnow/analysis';
import { queues } from '@winnow/contracts';
import { beatLoop, connectFulfil, leaseSpareMs, type Connections, type Kit } from '@winnow/platform';
import { enrolWorker, type LiveCatalogue, type Wakes } from '@winnow/storage';
import { createRunNow, type RunNow } from './jobs/run-now';

interface Reach extends Connections {
  readonly catalogue: LiveCatalogue;
  readonly wakes: Wakes;
  readonly nudge: () => void;
}

const none: RunNow = { take: () => null, underWay: () => 0 };
const { leaseMs } = queues.executions;
const lookEveryMs = 20;

/** Makes this process a worker of its own jobs: it beats like any other, so that the keeper gives them back to the queue should it die. */
export const connectRunNow = async (kit: Kit, reach: Reach): Promise<RunNow> => {
  const { config, log, lifecycle } = kit;
  const { db, wakes, nudge } = reach;
  const slots = config.concurrency.now;
  if (slots === 0) return none;
  const { runNow, journal, close } = await connectFulfil(kit, reach, leaseMs - leaseSpareMs);
  const identity = await enrolWorker(db.beat, kit.app, slots);
  const beats = beatLoop(kit, identity);
  const made = createRunNow({
    slots,
    worker: identity.id,
    leaseMs,
    stopping: lifecycle.stopping,
    work: (job, isFollowed) => {
      if (!isFollowed) return runNow(job);
      const live = createLive({
        tell: async (events) => {
          await journal.tell(job, events);
          wakes.publish([job.id]);
        },
        nowMs: () => performance.now(),
        later: (ms, work) => {
          const timer = setTimeout(work, ms);
          return () => clearTimeout(timer);
        },
        onFault: (error) => log.warn({ err: error, job: job.id }, 'what a call said could not be told'),
      });
      return runNow(job, live);
    },
    onFault: (job, error) => log.error({ err: error, job: job.id }, 'a job could not be worked on'),
    onEnd: ({ id }) => {
      wakes.publish([id]);
      nudge();
    },
  });
  // Behind the step that closes the doors, before the one that closes the connections.
  lifecycle.onStop('calls under way', config.graceMs, async () => {
    while (made.underWay() > 0) await sleep(lookEveryMs);
  });
  lifecycle.onStop('beats', 3_000, beats.stop);
  lifecycle.onStop('worker row', 3_000, identity.leave);
  lifecycle.onStop('providers', 3_000, close);
  return made;
};
