import { Controller, Get, Inject, Param, Query, Req, Res } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { listOf, receiptOut } from '@winnow/contracts';
import type { Request, Response } from 'express';
import type { Caller } from '../auth/caller';
import { CallerOf } from '../auth/caller.decorator';
import { Scopes } from '../auth/scopes.decorator';
import { Documented } from '../docs/documented';
import { send } from '../http/send';
import {
  getReceiptById,
  listReceipts,
  receiptListQuery,
  type ReceiptListQuery,
  type ReceiptsPorts,
} from './list-receipts';

export const RECEIPTS = Symbol('the ports of the routes of receipts');

@ApiTags('Usage')
@Controller('api/v1/receipts')
export class ReceiptsController {
  constructor(@Inject(RECEIPTS) private readonly at: ReceiptsPorts) {}

  @Get()
  @Scopes('usage:read')
  @Documented({
    id: 'listReceipts',
    summary: 'List receipts',
    description: 'What every job cost and saved, with the corrections that came later. By keyset, newest first.',
    answers: [{ status: 200, description: 'A page', schema: listOf(receiptOut) }],
    problems: ['cursor-invalid'],
  })
  async list(
    @CallerOf() { tenant }: Caller,
    @Query({ schema: receiptListQuery }) query: ReceiptListQuery,
    @Res() response: Response,
  ): Promise<void> {
    send(response, await listReceipts(this.at, tenant, query));
  }

  @Get(':id')
  @Scopes('usage:read')
  @ApiParam({ name: 'id', example: 'rcpt_01JD0C9V3N8Q4T7Y2X5W6Z1K0M' })
  @Documented({
    id: 'getReceipt',
    summary: 'One receipt',
    answers: [
      { status: 200, description: 'The receipt', schema: receiptOut },
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
    send(response, await getReceiptById(this.at, tenant, id, request.headers['if-none-match']));
  }
}
