import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { listOf, reviewOut, verdictIn, type VerdictIn } from '@winnow/contracts';
import type { Request, Response } from 'express';
import type { Caller } from '../auth/caller';
import { CallerOf } from '../auth/caller.decorator';
import { Scopes } from '../auth/scopes.decorator';
import { Documented } from '../docs/documented';
import { send } from '../http/send';
import {
  decideReview,
  getReview,
  listReviews,
  reviewListQuery,
  type ReviewListQuery,
  type ReviewsPorts,
} from './keep-reviews';

export const REVIEWS = Symbol('the ports of the routes of reviews');

const ApiReview = () => ApiParam({ name: 'id', example: 'rev_01JD0C9V3N8Q4T7Y2X5W6Z1K0M' });

@ApiTags('Reviews')
@Controller('api/v1/reviews')
export class ReviewsController {
  constructor(@Inject(REVIEWS) private readonly at: ReviewsPorts) {}

  @Get()
  @Scopes('reviews:read')
  @Documented({
    id: 'listReviews',
    summary: 'Answers that wait for a person, and those that were decided',
    description:
      'Answers under their floor, answers that another model contradicted, and a few drawn at random; at most 50 new ones a day.',
    answers: [{ status: 200, description: 'A page', schema: listOf(reviewOut) }],
    problems: ['cursor-invalid'],
  })
  async list(
    @CallerOf() { tenant }: Caller,
    @Query({ schema: reviewListQuery }) query: ReviewListQuery,
    @Res() response: Response,
  ): Promise<void> {
    send(response, await listReviews(this.at, tenant, query));
  }

  @Get(':id')
  @Scopes('reviews:read')
  @ApiReview()
  @Documented({
    id: 'getReview',
    summary: 'One review',
    answers: [
      { status: 200, description: 'The review', schema: reviewOut },
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
    send(response, await getReview(this.at, tenant, id, request.headers['if-none-match']));
  }

  @Post(':id/verdict')
  @HttpCode(200)
  @Scopes('reviews:write')
  @ApiReview()
  @Documented({
    id: 'decideReview',
    summary: 'Say whether an answer is right',
    description:
      'Once: the same verdict again is answered alike, another one is a conflict. It becomes a label for the score and the router; the job and its receipt stay as they are.',
    answers: [{ status: 200, description: 'The review as decided', schema: reviewOut }],
    problems: [
      'malformed-body',
      'too-deep',
      'not-found',
      'request-timeout',
      'state-conflict',
      'body-too-large',
      'unsupported-media-type',
      'invalid',
      'task-retired',
    ],
  })
  async decide(
    @CallerOf() caller: Caller,
    @Param('id') id: string,
    @Body({ schema: verdictIn }) body: VerdictIn,
    @Res() response: Response,
  ): Promise<void> {
    send(response, await decideReview(this.at, caller, id, body));
  }
}
