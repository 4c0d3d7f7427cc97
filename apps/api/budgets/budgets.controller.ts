import { Body, Controller, Get, Inject, Param, Put, Query, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiParam, ApiTags } from '@nestjs/swagger';
import { budgetEntryOut, budgetIn, budgetOut, listOf, type BudgetIn } from '@winnow/contracts';
import type { Request, Response } from 'express';
import type { Caller } from '../auth/caller';
import { CallerOf } from '../auth/caller.decorator';
import { Scopes } from '../auth/scopes.decorator';
import { Documented } from '../docs/documented';
import { send } from '../http/send';
import {
  budgetListQuery,
  entryListQuery,
  getBudget,
  listBudgets,
  listEntries,
  putBudget,
  type BudgetListQuery,
  type BudgetPorts,
  type EntryListQuery,
} from './keep-budgets';

export const BUDGETS = Symbol('the ports of the routes of budgets');

const ApiScope = () =>
  ApiParam({
    name: 'scope',
    example: 'tenant-day',
    description: '`request`, `tenant-day`, `tenant-month`, `user:NAME`, `batch:batch_…`, `source-day:NAME`',
  });

@ApiTags('Budgets')
@Controller('api/v1/budgets')
export class BudgetsController {
  constructor(@Inject(BUDGETS) private readonly at: BudgetPorts) {}

  @Get()
  @Scopes('budgets:read')
  @Documented({
    id: 'listBudgets',
    summary: 'The budgets as they stand',
    description: 'What one job may cost, the open day and month, and every user, batch and source that has a cap.',
    answers: [{ status: 200, description: 'A page', schema: listOf(budgetOut) }],
    problems: ['cursor-invalid'],
  })
  async list(
    @CallerOf() { tenant }: Caller,
    @Query({ schema: budgetListQuery }) query: BudgetListQuery,
    @Res() response: Response,
  ): Promise<void> {
    send(response, await listBudgets(this.at, tenant, query));
  }

  @Get(':scope')
  @Scopes('budgets:read')
  @ApiScope()
  @Documented({
    id: 'getBudget',
    summary: 'One budget, its open window',
    answers: [
      { status: 200, description: 'The budget', schema: budgetOut },
      { status: 304, description: 'Unchanged' },
    ],
    problems: ['not-found'],
  })
  async get(
    @CallerOf() { tenant }: Caller,
    @Param('scope') scope: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    send(response, await getBudget(this.at, tenant, scope, request.headers['if-none-match']));
  }

  @Put(':scope')
  @Scopes('budgets:write')
  @ApiScope()
  @ApiHeader({ name: 'If-Match', required: false, description: 'an ETag; 412 when the budget is another by now' })
  @Documented({
    id: 'putBudget',
    summary: 'Set a cap',
    description:
      'A cap under what is spent and held closes the window where it stands and holds in full from the next one. Raising it sends parked jobs on their way at once. A budget counts from the moment it is first set.',
    answers: [{ status: 200, description: 'The budget as it stands now', schema: budgetOut }],
    problems: [
      'malformed-body',
      'too-deep',
      'not-found',
      'request-timeout',
      'precondition-failed',
      'body-too-large',
      'unsupported-media-type',
      'invalid',
    ],
  })
  async put(
    @CallerOf() { tenant }: Caller,
    @Param('scope') scope: string,
    @Body({ schema: budgetIn }) body: BudgetIn,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    send(response, await putBudget(this.at, tenant, scope, body, request.headers['if-match']));
  }

  @Get(':scope/entries')
  @Scopes('budgets:read')
  @ApiScope()
  @Documented({
    id: 'listBudgetEntries',
    summary: 'The entries of a budget, over all its windows',
    description: 'What was booked, call by call, newest first. Entries are never changed: a correction is another one.',
    answers: [{ status: 200, description: 'A page', schema: listOf(budgetEntryOut) }],
    problems: ['cursor-invalid', 'not-found'],
  })
  async entries(
    @CallerOf() { tenant }: Caller,
    @Param('scope') scope: string,
    @Query({ schema: entryListQuery }) query: EntryListQuery,
    @Res() response: Response,
  ): Promise<void> {
    send(response, await listEntries(this.at, tenant, scope, query));
  }
}
