import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiConsumes, ApiParam, ApiTags } from '@nestjs/swagger';
import { listOf, quoteIn, quoteOut, quoteQuery, Refusal, type QuoteIn, type QuoteQuery } from '@winnow/contracts';
import { decodeId } from '@winnow/kernel';
import type { Request, Response } from 'express';
import { z } from 'zod';
import type { Caller } from '../auth/caller';
import { CallerOf } from '../auth/caller.decorator';
import { Scopes } from '../auth/scopes.decorator';
import { Documented } from '../docs/documented';
import { send } from '../http/send';
import { openFile, readingFile, type StreamLimits } from '../http/streamed-body';
import { TakesFile } from '../http/takes-file.decorator';
import type { Cursors, CursorScope } from '../jobs/cursor';
import { makeQuote, makeQuoteOfFile, quoteFileLimits, type MakeQuotePorts } from './make-quote';
import { presentQuote } from './present-quote';
import { refuseSettings } from './quote-ask';

export interface QuotesPorts extends MakeQuotePorts {
  readonly cursors: Cursors;
}

export const QUOTES = Symbol('the ports of the routes of quotes');

const quoteListQuery = z.strictObject({
  limit: z
    .string()
    .regex(/^(?:[1-9]\d?|100)$/, 'a whole number from 1 to 100')
    .optional()
    .describe('1 to 100, 50 when not given'),
  after: z.string().min(1).max(200).optional().describe('`next` of the page before'),
  order: z.enum(['asc', 'desc']).optional().describe('by time; desc when not given'),
});
type QuoteListQuery = z.infer<typeof quoteListQuery>;

const usualLimit = 50;
const streamLimits: StreamLimits = { maxBytes: quoteFileLimits.maxBytes, timeoutMs: 600_000, stallMs: 30_000 };

@ApiTags('Quotes')
@Controller('api/v1/quotes')
export class QuotesController {
  constructor(@Inject(QUOTES) private readonly at: QuotesPorts) {}

  private quoteOf(caller: Caller, query: QuoteQuery, body: QuoteIn | undefined, request: Request) {
    if (body === undefined)
      return readingFile(request, () => makeQuoteOfFile(this.at, caller, query, openFile(request, streamLimits)));
    refuseSettings(query);
    return makeQuote(this.at, caller, body);
  }

  @Post()
  @HttpCode(200)
  @Scopes('jobs:read')
  @TakesFile()
  @ApiConsumes('application/json', 'text/csv', 'application/x-ndjson')
  @Documented({
    id: 'makeQuote',
    summary: 'What jobs would cost and score',
    description:
      'The real path, cut before money moves: tokens are counted, nothing is sent, held or spent. It stands 15 minutes; jobs submitted with its id (`quote`) are counted to its actual, by which later intervals are widened or narrowed. The rows may also come as a file, CSV or JSONL, whose settings are in the query.',
    answers: [{ status: 200, description: 'The quote', schema: quoteOut }],
    problems: [
      'malformed-body',
      'too-deep',
      'idempotency-key-missing',
      'idempotency-key-invalid',
      'key-limited',
      'body-too-large',
      'unsupported-media-type',
      'request-timeout',
      'invalid',
      'task-unknown',
      'model-unpriced',
    ],
  })
  async make(
    @CallerOf() caller: Caller,
    @Query({ schema: quoteQuery }) query: QuoteQuery,
    @Body({ schema: quoteIn }) body: QuoteIn | undefined,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const quote = presentQuote(await this.quoteOf(caller, query, body, request));
    send(response, { status: 200, headers: { location: `/api/v1/quotes/${quote.id}` }, body: quote });
  }

  @Get()
  @Scopes('jobs:read')
  @Documented({
    id: 'listQuotes',
    summary: 'List quotes',
    answers: [{ status: 200, description: 'A page', schema: listOf(quoteOut) }],
    problems: ['cursor-invalid'],
  })
  async list(
    @CallerOf() { tenant }: Caller,
    @Query({ schema: quoteListQuery }) { limit: limitText, after, order = 'desc' }: QuoteListQuery,
    @Res() response: Response,
  ): Promise<void> {
    const limit = Number(limitText ?? usualLimit);
    const scope: CursorScope = { list: 'quotes', tenant, order, filter: {} };
    const behind = after === undefined ? undefined : this.at.cursors.read(scope, after);
    const rows = await this.at.quotes.list(tenant, { limit, order, after: behind });
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    const next = rows.length > limit && last !== undefined ? this.at.cursors.write(scope, last.id) : null;
    const body = { object: 'list', data: page.map(presentQuote), hasMore: next !== null, next };
    send(response, { status: 200, body });
  }

  @Get(':id')
  @Scopes('jobs:read')
  @ApiParam({ name: 'id', example: 'quote_01JD0C9V3N8Q4T7Y2X5W6Z1K0M' })
  @Documented({
    id: 'getQuote',
    summary: 'One quote',
    description: 'With what the jobs submitted under it have come to, and whether that lay inside the interval.',
    answers: [{ status: 200, description: 'The quote', schema: quoteOut }],
    problems: ['not-found'],
  })
  async get(@CallerOf() { tenant }: Caller, @Param('id') id: string, @Res() response: Response): Promise<void> {
    const uuid = decodeId('quote', id);
    const row = uuid === null ? null : await this.at.quotes.get(tenant, uuid);
    if (row === null) throw new Refusal('not-found', 'there is no such quote');
    send(response, { status: 200, body: presentQuote(row) });
  }
}
