import { encodeId } from '@winnow/kernel';
import type { Response } from 'express';
import { acceptsType } from '../http/accepts-type';
import { streamJob, type StreamPorts } from './stream-job';
import { submitFollowed, type Submission, type SubmitPorts } from './submit-job';

interface Ports {
  readonly submit: SubmitPorts;
  readonly stream: StreamPorts;
}

/** Who also takes JSON is answered in JSON. */
export const asksForStream = (accept: string | undefined): boolean =>
  acceptsType(accept, 'text/event-stream') && !acceptsType(accept, 'application/json');

/** Takes a job and answers with its stream. Its place among the open streams is taken first: nothing is stored for whom none is left. */
export const submitAndStream = async (at: Ports, submission: Submission, response: Response): Promise<void> => {
  const { caller } = submission;
  const place = at.stream.streams.reserve(caller.key.id);
  response.once('close', place.leave);
  try {
    const uuid = await submitFollowed(at.submit, submission);
    const headers = { location: `${at.stream.presenting.publicUrl ?? ''}/api/v1/jobs/${encodeId('job', uuid)}` };
    await streamJob(at.stream, { caller, uuid, lastEventId: undefined, response, place, headers });
  } catch (error) {
    place.leave();
    throw error;
  }
};
