import { isTerminal } from '@winnow/contracts';
import type { JobRow } from '@winnow/storage';
import type { Response } from 'express';
import { z } from 'zod';
import type { Caller } from '../auth/caller';
import type { ApiPorts } from '../ports';
import { findJob } from './find-job';
import { presentJob, type Presenting } from './present-job';
import { openSse, type SseWriter } from './sse-writer';
import type { Reservation, StreamRegister } from './stream-register';

export const streamQuery = z.strictObject({
  lastEventId: z.string().max(64).optional().describe('as the header Last-Event-ID, for clients that cannot set it'),
});
export type StreamQuery = z.infer<typeof streamQuery>;

export interface StreamPorts extends Pick<ApiPorts, 'jobs' | 'events' | 'wakes' | 'log'> {
  readonly presenting: Presenting;
  readonly streams: StreamRegister;
}

export interface StreamAsk {
  readonly caller: Caller;
  readonly uuid: string;
  readonly lastEventId: string | undefined;
  readonly response: Response;
  /** its place among the open streams, where it was taken before */
  readonly place?: Reservation;
  readonly headers?: Readonly<Record<string, string>>;
}

const commentEveryMs = 15_000;
const pollEveryMs = 2_000;
const pageSize = 200;
const keptDays = 7;

export interface Position {
  /** the last event that the reader has */
  readonly after: number;
  /** what lay behind his place is not there any more, or never was: he begins again */
  readonly gap: boolean;
}

const dayMs = 86_400_000;

/** Where a stream goes on. Without a place it tells the whole story: a job's events are few. */
export const positionOf = (
  lastEventId: string | undefined,
  row: Pick<JobRow, 'events' | 'created_at'>,
  now: Date,
): Position => {
  if (lastEventId === undefined || lastEventId === '') return { after: 0, gap: false };
  const after = /^(?:0|[1-9]\d{0,8})$/.test(lastEventId) ? Number(lastEventId) : Number.POSITIVE_INFINITY;
  const isOld = now.getTime() - row.created_at.getTime() > keptDays * dayMs;
  return after > row.events || (isOld && after < row.events) ? { after: 0, gap: true } : { after, gap: false };
};

/** Sends what is stored behind the last event, in order. True when the job's last event has been sent. */
const sendStored = async (
  at: StreamPorts,
  uuid: string,
  place: { after: number },
  sse: SseWriter,
): Promise<boolean> => {
  for (;;) {
    const page = await at.events.ofJob(uuid, place.after, pageSize);
    for (const { n, kind, data } of page) {
      if (sse.isCut()) return true;
      sse.send({ event: kind, id: n, data });
      place.after = n;
      if (kind === 'done') return true;
    }
    if (page.length < pageSize) return false;
  }
};

/** Calls one at a time; a call that comes during one makes it run once more. */
const oneAtATime = (work: () => Promise<void>): (() => void) => {
  let running = false;
  let again = false;
  const go = (): void => {
    if (running) return void (again = true);
    running = true;
    again = false;
    void work().finally(() => {
      running = false;
      if (again) go();
    });
  };
  return go;
};

/**
 * A job's story as a stream. Postgres tells it: a wake only says that there is more to read, and where wakes are lost a look every 2 s
 * finds it. No connection to the database is held in between.
 */
export const streamJob = async (at: StreamPorts, ask: StreamAsk): Promise<void> => {
  const { caller, uuid, lastEventId, response, headers } = ask;
  const row = await findJob(at.jobs, caller.tenant, uuid);
  const { after, gap } = positionOf(lastEventId, row, at.presenting.now());
  const isOver = isTerminal(row.state);
  if (isOver && after === row.events) return void response.writeHead(204).end();
  if (response.closed) return;
  const bye = (): void => {
    sse.comment('closing, come again');
    sse.end();
  };
  const stream = ask.place ?? at.streams.reserve(caller.key.id);
  stream.closeBy(bye);
  const sse = openSse(response, headers);
  sse.send({ event: 'snapshot', data: { ...presentJob(at.presenting, row), ...(gap ? { gap } : {}) } });
  const place = { after };
  const tell = oneAtATime(async () => {
    try {
      // Of a job that was over before, nothing more will come, even if its last events have been purged.
      if (!sse.isCut() && ((await sendStored(at, uuid, place, sse)) || isOver)) sse.end();
    } catch (error) {
      // The next look finds what this one could not read.
      at.log.warn({ err: error, job: uuid }, 'a stream could not read its events');
    }
  });
  const unsubscribe = at.wakes.subscribe(uuid, tell);
  const timers = [setInterval(tell, pollEveryMs), setInterval(() => sse.comment('still here'), commentEveryMs)];
  response.once('close', () => {
    timers.forEach(clearInterval);
    unsubscribe();
    stream.leave();
  });
  tell();
};
