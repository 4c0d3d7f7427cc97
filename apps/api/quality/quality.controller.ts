import { Controller, Get, Inject, Param, Res } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { taskQualityOut } from '@winnow/contracts';
import type { Response } from 'express';
import type { Caller } from '../auth/caller';
import { CallerOf } from '../auth/caller.decorator';
import { Scopes } from '../auth/scopes.decorator';
import { Documented } from '../docs/documented';
import { send } from '../http/send';
import { readQuality, type QualityPorts } from './read-quality';

export const QUALITY = Symbol('the ports of the quality of tasks');

@ApiTags('Tasks')
@Controller('api/v1/tasks')
export class QualityController {
  constructor(@Inject(QUALITY) private readonly at: QualityPorts) {}

  @Get(':name/quality')
  @Scopes('usage:read')
  @ApiParam({ name: 'name', example: 'review.sentiment' })
  @Documented({
    id: 'getTaskQuality',
    summary: 'How good the answers of a task are',
    description:
      'Of the newest 20,000 answers of this tenant that jobs were given first: how many are right, by what other models and people said of a few of them and by the scores of all. Right means that the reference said the same, or that a person said so.',
    answers: [{ status: 200, description: 'Quality, with both counts', schema: taskQualityOut }],
    problems: ['not-found'],
  })
  async quality(@CallerOf() { tenant }: Caller, @Param('name') name: string, @Res() response: Response): Promise<void> {
    send(response, { status: 200, body: await readQuality(this.at, tenant, name) });
  }
}
