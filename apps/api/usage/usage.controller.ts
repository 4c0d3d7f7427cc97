import { Controller, Get, Inject, Param, Query, Req, Res } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import {
  savingsReport,
  sessionOut,
  sessionQuery,
  usageOut,
  usageQuery,
  type SessionQuery,
  type UsageQuery,
} from '@winnow/contracts';
import type { Request, Response } from 'express';
import type { Caller } from '../auth/caller';
import { CallerOf } from '../auth/caller.decorator';
import { Scopes } from '../auth/scopes.decorator';
import { Documented } from '../docs/documented';
import { send, sendText } from '../http/send';
import { readReport, readSession, type Report, type UsagePorts } from './read-usage';

export const USAGE = Symbol('the ports of the routes of usage');

@ApiTags('Usage')
@Controller('api/v1')
export class UsageController {
  constructor(@Inject(USAGE) private readonly at: UsagePorts) {}

  private async report(list: Report, caller: Caller, query: UsageQuery, request: Request, response: Response) {
    const reply = await readReport(this.at, caller.tenant, list, query, request.headers.accept);
    if ('csv' in reply) sendText(response, 'text/csv; charset=utf-8; header=present', reply.csv, reply.headers);
    else send(response, reply);
  }

  @Get('usage')
  @Scopes('usage:read')
  @Documented({
    id: 'getUsage',
    summary: 'What was used and what it cost',
    description:
      "Sums of receipts and corrections, by bucket in the tenant's time zone and by up to two dimensions. They equal the ledger to the nano-dollar. JSON, or CSV by `Accept: text/csv` or `format=csv`.",
    answers: [{ status: 200, description: 'Sums', schema: usageOut }],
    problems: ['cursor-invalid'],
  })
  async usage(
    @CallerOf() caller: Caller,
    @Query({ schema: usageQuery }) query: UsageQuery,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    await this.report('usage', caller, query, request, response);
  }

  @Get('savings')
  @Scopes('usage:read')
  @Documented({
    id: 'getSavings',
    summary: 'Where the saving came from',
    description:
      "Baseline minus actual, by method: the ten lines sum to `saved` exactly. Two sums, since one would hide something: against the tenant's baseline model, and (`plain`) against the task's own default model. The quality that came with it stands beside.",
    answers: [{ status: 200, description: 'Savings', schema: savingsReport }],
    problems: ['cursor-invalid'],
  })
  async savings(
    @CallerOf() caller: Caller,
    @Query({ schema: usageQuery }) query: UsageQuery,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    await this.report('savings', caller, query, request, response);
  }

  @Get('usage/users/:user')
  @Scopes('usage:read')
  @ApiParam({ name: 'user', example: 'kim' })
  @Documented({
    id: 'getUserSession',
    summary: 'What one end user asked for, and what it cost',
    description:
      'Every request of the user that was accepted in the span, whatever became of it. One who never asked has zero.',
    answers: [{ status: 200, description: 'The session', schema: sessionOut }],
  })
  async session(
    @CallerOf() { tenant }: Caller,
    @Param('user') user: string,
    @Query({ schema: sessionQuery }) query: SessionQuery,
    @Res() response: Response,
  ): Promise<void> {
    send(response, await readSession(this.at, tenant, user, query));
  }
}
