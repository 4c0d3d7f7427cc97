import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiParam, ApiTags } from '@nestjs/swagger';
import { listOf, taskIn, taskOut, type TaskIn } from '@winnow/contracts';
import type { Request, Response } from 'express';
import { z } from 'zod';
import type { Caller } from '../auth/caller';
import { CallerOf, IdempotencyKeyOf } from '../auth/caller.decorator';
import { Scopes } from '../auth/scopes.decorator';
import { Documented } from '../docs/documented';
import { send } from '../http/send';
import { tagged } from '../jobs/get-job';
import { makeTask, type MakeTaskPorts } from './make-task';
import { presentOwn } from './present-task';
import type { TaskShelf } from './task-shelf';

export const SHELF = Symbol('the tasks as they are shown');
export const TASKS = Symbol('what tasks are made with');

const usualLimit = 50;

const listQuery = z.strictObject({
  limit: z
    .string()
    .regex(/^(?:[1-9]\d?|100)$/, 'a whole number from 1 to 100')
    .optional()
    .describe('1 to 100, 50 when not given'),
  after: z.string().min(1).max(200).optional().describe('`next` of the page before'),
});
type ListQuery = z.infer<typeof listQuery>;

const versionOf = ({ version }: TaskQuery): number | null => (version === undefined ? null : Number(version));
const locationOf = ({ name, version }: { name: string; version: number }): string =>
  `/api/v1/tasks/${name}?version=${version}`;

const taskQuery = z.strictObject({
  version: z
    .string()
    .regex(/^[1-9]\d{0,5}$/, 'a whole number from 1')
    .optional()
    .describe('the newest that serves when not given; to retire: all of them'),
});
type TaskQuery = z.infer<typeof taskQuery>;

@ApiTags('Tasks')
@Controller('api/v1/tasks')
export class TasksController {
  constructor(
    @Inject(SHELF) private readonly shelf: TaskShelf,
    @Inject(TASKS) private readonly at: MakeTaskPorts,
  ) {}

  @Get()
  @Scopes('jobs:read')
  @Documented({
    id: 'listTasks',
    summary: 'The tasks that jobs can name',
    description:
      'Those that every tenant has, then your own by name: of each the newest version that serves, or else the newest.',
    answers: [{ status: 200, description: 'A page', schema: listOf(taskOut) }],
    problems: ['cursor-invalid'],
  })
  async list(
    @CallerOf() { tenant }: Caller,
    @Query({ schema: listQuery }) { limit, after }: ListQuery,
    @Res() response: Response,
  ): Promise<void> {
    const { data, next } = await this.shelf.page(tenant, Number(limit ?? usualLimit), after);
    send(response, { status: 200, body: { object: 'list', data, hasMore: next !== null, next } });
  }

  @Post()
  @HttpCode(201)
  @Scopes('tasks:write')
  @ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description: '1 to 255 printable ASCII characters; kept 7 days',
  })
  @Documented({
    id: 'makeTask',
    summary: 'A task of your own, or its next version',
    description:
      'It is tried before it serves: the example and the samples run as jobs under your budget. Once all of them were answered well it is `live`; else it is `refused` with its reasons, and the version before it goes on serving. A version never changes.',
    answers: [
      { status: 200, description: 'The repeat of an earlier request', schema: taskOut },
      { status: 201, description: 'Kept, and being tried', schema: taskOut },
    ],
    problems: [
      'malformed-body',
      'too-deep',
      'idempotency-key-missing',
      'idempotency-key-invalid',
      'idempotency-key-in-use',
      'idempotency-key-reused',
      'over-budget',
      'request-timeout',
      'body-too-large',
      'unsupported-media-type',
      'invalid',
      'queue-full',
    ],
  })
  async make(
    @CallerOf() caller: Caller,
    @IdempotencyKeyOf() idempotencyKey: string | undefined,
    @Body({ schema: taskIn }) body: TaskIn,
    @Res() response: Response,
  ): Promise<void> {
    const { row, replayed } = await makeTask(this.at, { caller, body, idempotencyKey });
    send(response, {
      status: replayed ? 200 : 201,
      headers: { location: locationOf(row), ...(replayed ? { 'idempotency-replayed': 'true' } : {}) },
      body: presentOwn(row, this.at.catalogue),
    });
  }

  @Get(':name')
  @Scopes('jobs:read')
  @ApiParam({ name: 'name', example: 'review.sentiment' })
  @Documented({
    id: 'getTask',
    summary: 'One task',
    description: 'Of your own also what its trial came to.',
    answers: [
      { status: 200, description: 'The task', schema: taskOut },
      { status: 304, description: 'Unchanged' },
    ],
    problems: ['not-found'],
  })
  async get(
    @CallerOf() { tenant }: Caller,
    @Param('name') name: string,
    @Query({ schema: taskQuery }) query: TaskQuery,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const task = await this.shelf.one(tenant, name, versionOf(query));
    send(response, tagged(task, request.headers['if-none-match']));
  }

  @Post(':name/retire')
  @HttpCode(200)
  @Scopes('tasks:write')
  @ApiParam({ name: 'name', example: 'acme.sort-mail' })
  @Documented({
    id: 'retireTask',
    summary: 'Retire a task of your own, or one version of it',
    description: 'Idempotent. New jobs of it are refused; those that were taken run to their end.',
    answers: [{ status: 200, description: 'The task as it stands', schema: taskOut }],
    problems: ['not-found', 'state-conflict', 'idempotency-key-invalid', 'idempotency-key-missing'],
  })
  async retire(
    @CallerOf() { tenant }: Caller,
    @Param('name') name: string,
    @Query({ schema: taskQuery }) query: TaskQuery,
    @Res() response: Response,
  ): Promise<void> {
    send(response, { status: 200, body: await this.shelf.retire(tenant, name, versionOf(query)) });
  }
}
