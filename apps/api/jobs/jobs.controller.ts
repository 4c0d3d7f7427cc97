import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiParam, ApiTags } from '@nestjs/swagger';
import { jobIn, jobOut, listOf, quoteOut, receiptAttempt, receiptOut, Refusal, type JobIn } from '@winnow/contracts';
import type { Request, Response } from 'express';
import { z } from 'zod';
import type { Caller } from '../auth/caller';
import { CallerOf, IdempotencyKeyOf } from '../auth/caller.decorator';
import { Free, Scopes } from '../auth/scopes.decorator';
import { Documented } from '../docs/documented';
import { goneSignal } from '../http/gone';
import { preferredWaitS } from '../http/prefer';
import { send } from '../http/send';
import { makeQuote, quoteOfJob } from '../quotes/make-quote';
import { presentQuote } from '../quotes/present-quote';
import type { QuotesPorts } from '../quotes/quotes.controller';
import { cancelJob, type CancelPorts } from './cancel-job';
import { jobUuid } from './find-job';
import { getAttempts, getJob, getReceipt, type ReadPorts } from './get-job';
import { jobListQuery, type JobListQuery } from './job-filter';
import { listJobs, type ListPorts } from './list-jobs';
import { asksForStream, submitAndStream } from './submit-and-stream';
import { streamJob, streamQuery, type StreamPorts, type StreamQuery } from './stream-job';
import { submitJob, type SubmitPorts } from './submit-job';

export interface JobsPorts {
  readonly submit: SubmitPorts;
  readonly read: ReadPorts;
  readonly list: ListPorts;
  readonly cancel: CancelPorts;
  readonly quote: QuotesPorts;
  readonly stream: StreamPorts;
}

const submitQuery = z.strictObject({
  dryRun: z
    .enum(['true', 'false'])
    .optional()
    .describe('`true`: nothing is accepted, held or spent; answers 200 with the quote of this job'),
});
type SubmitQuery = z.infer<typeof submitQuery>;

export const JOBS = Symbol('the ports of the routes of jobs');

const ApiId = () => ApiParam({ name: 'id', example: 'job_01JD0C9V3N8Q4T7Y2X5W6Z1K0M' });
const ApiWait = () =>
  ApiHeader({
    name: 'Prefer',
    required: false,
    description: '`wait=N`: wait up to N seconds, 1 to 60, for the end',
    example: 'wait=10',
  });
const ApiIfNoneMatch = () =>
  ApiHeader({ name: 'If-None-Match', required: false, description: 'an ETag; 304 while it still holds' });
const ApiIdempotencyKey = () =>
  ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description: '1 to 255 printable ASCII characters; kept 7 days',
  });

@ApiTags('Jobs')
@Controller('api/v1/jobs')
export class JobsController {
  constructor(@Inject(JOBS) private readonly at: JobsPorts) {}

  @Post()
  @HttpCode(202)
  @Scopes('jobs:write')
  @ApiIdempotencyKey()
  @ApiWait()
  @Documented({
    id: 'submitJob',
    summary: 'Submit a job',
    description:
      'Only `task` and `input` are required. What stops a job from starting is an error here; what happens later lives in the job. With `Prefer: wait=N` and a `deadline` of at most `60s` it runs at once, past the queue. With `Accept: text/event-stream` the answer is the stream of its events, and under such a deadline also `progress`, `field` and `token` as the answer is written.',
    answers: [
      {
        status: 200,
        description:
          'Done: from memory, inside `Prefer: wait`, or the repeat of a done one; with `dryRun=true` the quote',
        schema: z.union([jobOut, quoteOut]),
      },
      { status: 202, description: 'Accepted and stored', schema: jobOut },
    ],
    problems: [
      'too-many-streams',
      'malformed-body',
      'too-deep',
      'idempotency-key-missing',
      'idempotency-key-invalid',
      'key-limited',
      'request-timeout',
      'idempotency-key-in-use',
      'body-too-large',
      'unsupported-media-type',
      'invalid',
      'over-budget',
      'request-cost-too-high',
      'idempotency-key-reused',
      'task-unknown',
      'model-unpriced',
      'queue-full',
    ],
  })
  async submit(
    @CallerOf() caller: Caller,
    @IdempotencyKeyOf() idempotencyKey: string | undefined,
    @Body({ schema: jobIn }) body: JobIn,
    @Query({ schema: submitQuery }) { dryRun }: SubmitQuery,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const isFollowed = asksForStream(request.headers.accept);
    if (dryRun === 'true') {
      if (isFollowed)
        throw new Refusal('not-acceptable', 'a quote is no stream: accept application/json', {
          offers: ['application/json'],
        });
      const quote = presentQuote(await makeQuote(this.at.quote, caller, quoteOfJob(body)));
      send(response, { status: 200, headers: { location: `/api/v1/quotes/${quote.id}` }, body: quote });
      return;
    }
    const waitS = preferredWaitS(request.headers.prefer);
    const submission = { caller, body, idempotencyKey, waitS, isFollowed, gone: goneSignal(response) };
    if (isFollowed) await submitAndStream(this.at, submission, response);
    else send(response, await submitJob(this.at.submit, submission));
  }

  @Get()
  @Scopes('jobs:read')
  @Documented({
    id: 'listJobs',
    summary: 'List jobs',
    description:
      'By keyset on time of acceptance and id: pages neither overlap nor skip, whatever is accepted meanwhile.',
    answers: [{ status: 200, description: 'A page', schema: listOf(jobOut) }],
    problems: ['cursor-invalid'],
  })
  async list(
    @CallerOf() { tenant }: Caller,
    @Query({ schema: jobListQuery }) query: JobListQuery,
    @Res() response: Response,
  ): Promise<void> {
    send(response, await listJobs(this.at.list, tenant, query));
  }

  @Get(':id')
  @Scopes('jobs:read')
  @ApiId()
  @ApiWait()
  @ApiIfNoneMatch()
  @Documented({
    id: 'getJob',
    summary: 'One job',
    description:
      'With `Prefer: wait=N` it answers when the job is done, or has changed from what `If-None-Match` names.',
    answers: [
      { status: 200, description: 'The job', schema: jobOut },
      { status: 304, description: 'Unchanged' },
    ],
    problems: ['not-found'],
  })
  async get(
    @CallerOf() { tenant }: Caller,
    @Param('id') id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const { prefer, 'if-none-match': ifNoneMatch } = request.headers;
    const look = { waitS: preferredWaitS(prefer), ifNoneMatch, gone: goneSignal(response) };
    send(response, await getJob(this.at.read, tenant, jobUuid(id), look));
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @Scopes('jobs:write')
  @ApiId()
  @Documented({
    id: 'cancelJob',
    summary: 'Cancel a job',
    description:
      'Idempotent. A call that has left is waited for, charged and its answer kept; what has not left is released.',
    answers: [
      { status: 200, description: 'It is canceled, or was done before', schema: jobOut },
      { status: 202, description: 'It runs and has been asked to stop', schema: jobOut },
    ],
    problems: ['not-found', 'idempotency-key-invalid', 'idempotency-key-missing'],
  })
  async cancel(@CallerOf() { tenant }: Caller, @Param('id') id: string, @Res() response: Response): Promise<void> {
    send(response, await cancelJob(this.at.cancel, tenant, jobUuid(id)));
  }

  @Get(':id/receipt')
  @Scopes('jobs:read')
  @ApiId()
  @ApiIfNoneMatch()
  @Documented({
    id: 'getJobReceipt',
    summary: 'The receipt of a job',
    description: 'What it cost, what it saved against the baseline and by what; written with the end of the job.',
    answers: [
      { status: 200, description: 'The receipt', schema: receiptOut },
      { status: 304, description: 'Unchanged' },
    ],
    problems: ['not-found'],
  })
  async receipt(
    @CallerOf() { tenant }: Caller,
    @Param('id') id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    send(response, await getReceipt(this.at.read, tenant, jobUuid(id), request.headers['if-none-match']));
  }

  @Get(':id/attempts')
  @Scopes('jobs:read')
  @ApiId()
  @Documented({
    id: 'listJobAttempts',
    summary: 'The attempts of a job',
    description: 'Every billable call, in order, with what was held for it and what it cost; also while the job runs.',
    answers: [{ status: 200, description: 'All of them', schema: listOf(receiptAttempt) }],
    problems: ['not-found'],
  })
  async attempts(
    @CallerOf() { tenant }: Caller,
    @Param('id') id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    send(response, await getAttempts(this.at.read, tenant, jobUuid(id), request.headers['if-none-match']));
  }

  @Get(':id/events')
  @Scopes('jobs:read')
  @Free()
  @ApiId()
  @ApiHeader({
    name: 'Last-Event-ID',
    required: false,
    description: 'the last event that was seen; those behind it follow',
  })
  @Documented({
    id: 'streamJobEvents',
    summary: 'The events of a job as they happen',
    description:
      'Server-sent events: first `snapshot` with the job, then its events `state`, `stage`, `progress`, `field`, `token`, `result` and `done` with ids 1, 2, 3 … without holes, replayed from where `Last-Event-ID` (or `?lastEventId=`) left off. It closes after `done`; 204 when nothing will follow any more.',
    answers: [
      { status: 200, description: 'The stream', type: 'text/event-stream' },
      { status: 204, description: 'The job is done and all of it was seen' },
    ],
    problems: ['not-found', 'too-many-streams'],
  })
  async events(
    @CallerOf() caller: Caller,
    @Param('id') id: string,
    @Query({ schema: streamQuery }) query: StreamQuery,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const lastEventId = request.headers['last-event-id'] ?? query.lastEventId;
    await streamJob(this.at.stream, { caller, uuid: jobUuid(id), lastEventId: lastEventId?.toString(), response });
  }
}
