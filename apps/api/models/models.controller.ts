import { Body, Controller, Get, Inject, Param, Patch, Post, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiParam, ApiTags } from '@nestjs/swagger';
import { listOf, modelChange, modelOut, modelPriceIn, type ModelChangeIn, type ModelPriceIn } from '@winnow/contracts';
import type { Request, Response } from 'express';
import type { Caller } from '../auth/caller';
import { CallerOf, IdempotencyKeyOf } from '../auth/caller.decorator';
import { Scopes } from '../auth/scopes.decorator';
import { Documented } from '../docs/documented';
import { send } from '../http/send';
import { tagged } from '../jobs/get-job';
import type { ModelShelf } from './model-shelf';

export const MODELS = Symbol('the models as they are shown');

const ApiModelId = () =>
  ApiParam({ name: 'id', example: 'openai/gpt-4o-mini', description: 'provider/model, its slashes as %2F' });

const ofBody = [
  'malformed-body',
  'too-deep',
  'request-timeout',
  'body-too-large',
  'unsupported-media-type',
  'invalid',
] as const;

@ApiTags('Models')
@Controller('api/v1/models')
export class ModelsController {
  constructor(@Inject(MODELS) private readonly shelf: ModelShelf) {}

  @Get()
  @Scopes('jobs:read')
  @Documented({
    id: 'listModels',
    summary: 'The models of the configured providers',
    description:
      'In the order in which a tier tries them, with the prices that are in force. One without a price is listed, disabled and refused.',
    answers: [{ status: 200, description: 'All of them', schema: listOf(modelOut) }],
  })
  async list(@Res() response: Response): Promise<void> {
    send(response, { status: 200, body: { object: 'list', data: await this.shelf.all(), hasMore: false, next: null } });
  }

  @Get(':id')
  @Scopes('jobs:read')
  @ApiModelId()
  @Documented({
    id: 'getModel',
    summary: 'One model',
    description: 'With its last 50 prices: in force, past, of the future and in quarantine.',
    answers: [
      { status: 200, description: 'The model', schema: modelOut },
      { status: 304, description: 'Unchanged' },
    ],
    problems: ['not-found'],
  })
  async get(@Param('id') id: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    send(response, tagged(await this.shelf.one(id), request.headers['if-none-match']));
  }

  @Patch(':id')
  @Scopes('operator')
  @ApiModelId()
  @ApiHeader({ name: 'If-Match', required: false, description: 'an ETag; 412 when the model is another by now' })
  @Documented({
    id: 'changeModel',
    summary: 'Switch a model, put it into another tier or place, or force its breaker',
    description: 'Holds from the next call on, in every process within 15 seconds; the breaker at once.',
    answers: [{ status: 200, description: 'The model', schema: modelOut }],
    problems: [...ofBody, 'not-found', 'precondition-failed', 'model-unpriced', 'unavailable'],
  })
  async change(
    @Param('id') id: string,
    @Body({ schema: modelChange }) body: ModelChangeIn,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    send(response, tagged(await this.shelf.change(id, body, request.headers['if-match']), undefined));
  }

  @Post(':id/prices')
  @Scopes('operator')
  @ApiModelId()
  @ApiHeader({ name: 'Idempotency-Key', required: false, description: 'a repeat gets the model, and adds nothing' })
  @Documented({
    id: 'addPrice',
    summary: 'A new price of a model',
    description:
      'Prices never change: a new one holds from its date on, and what has been held keeps the price it was held at. Prices a model of any server.',
    answers: [{ status: 201, description: 'The model', schema: modelOut }],
    problems: [
      ...ofBody,
      'not-found',
      'state-conflict',
      'idempotency-key-missing',
      'idempotency-key-invalid',
      'idempotency-key-in-use',
      'idempotency-key-reused',
    ],
  })
  async addPrice(
    @CallerOf() { tenant }: Caller,
    @IdempotencyKeyOf() idempotencyKey: string | undefined,
    @Param('id') id: string,
    @Body({ schema: modelPriceIn }) body: ModelPriceIn,
    @Res() response: Response,
  ): Promise<void> {
    const { model, replayed } = await this.shelf.addPrice({ tenant, id, body, idempotencyKey });
    const headers: Record<string, string> = replayed ? { 'idempotency-replayed': 'true' } : {};
    send(response, { status: 201, headers, body: model });
  }
}
