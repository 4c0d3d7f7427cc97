import { Body, Controller, HttpCode, Inject, Post, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { routeIn, routeOut, type RouteIn } from '@winnow/contracts';
import type { Response } from 'express';
import type { Caller } from '../auth/caller';
import { CallerOf } from '../auth/caller.decorator';
import { Scopes } from '../auth/scopes.decorator';
import { Documented } from '../docs/documented';
import { send } from '../http/send';
import { previewRoute, type PreviewPorts } from './preview-route';

export const ROUTE_PREVIEW = Symbol('the ports of the preview of a route');

@ApiTags('Models')
@Controller('api/v1/models')
export class RoutePreviewController {
  constructor(@Inject(ROUTE_PREVIEW) private readonly at: PreviewPorts) {}

  @Post('route')
  @HttpCode(200)
  @Scopes('jobs:read')
  @Documented({
    id: 'previewRoute',
    summary: 'Which model a job would begin with, and why',
    description:
      'What intake would decide now: the complexity of the text with its parts, the ladder with prices, and what was learned of its rungs. Writes nothing and spends nothing. A job itself may now and then begin with another rung, to learn of it.',
    answers: [{ status: 200, description: 'The decision', schema: routeOut }],
    problems: [
      'malformed-body',
      'too-deep',
      'key-limited',
      'request-timeout',
      'body-too-large',
      'unsupported-media-type',
      'invalid',
      'task-unknown',
      'request-cost-too-high',
      'model-unpriced',
    ],
  })
  async preview(
    @CallerOf() caller: Caller,
    @Body({ schema: routeIn }) body: RouteIn,
    @Res() response: Response,
  ): Promise<void> {
    send(response, { status: 200, body: await previewRoute(this.at, caller, body) });
  }
}
