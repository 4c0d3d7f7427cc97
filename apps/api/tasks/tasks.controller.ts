import { Controller, Get, Inject, Param, Query, Req, Res } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { listOf, taskOut } from '@winnow/contracts';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { Scopes } from '../auth/scopes.decorator';
import { Documented } from '../docs/documented';
import { send } from '../http/send';
import { tagged } from '../jobs/get-job';
import type { TaskShelf } from './task-shelf';

export const SHELF = Symbol('the tasks as they are shown');

const taskQuery = z.strictObject({
  version: z
    .string()
    .regex(/^[1-9]\d{0,5}$/, 'a whole number from 1')
    .optional()
    .describe('the newest when not given'),
});
type TaskQuery = z.infer<typeof taskQuery>;

@ApiTags('Tasks')
@Controller('api/v1/tasks')
export class TasksController {
  constructor(@Inject(SHELF) private readonly shelf: TaskShelf) {}

  @Get()
  @Scopes('jobs:read')
  @Documented({
    id: 'listTasks',
    summary: 'The tasks that jobs can name',
    answers: [{ status: 200, description: 'All of them', schema: listOf(taskOut) }],
  })
  list(@Res() response: Response): void {
    send(response, { status: 200, body: { object: 'list', data: this.shelf.all(), hasMore: false, next: null } });
  }

  @Get(':name')
  @Scopes('jobs:read')
  @ApiParam({ name: 'name', example: 'review.sentiment' })
  @Documented({
    id: 'getTask',
    summary: 'One task',
    answers: [
      { status: 200, description: 'The task', schema: taskOut },
      { status: 304, description: 'Unchanged' },
    ],
    problems: ['not-found'],
  })
  get(
    @Param('name') name: string,
    @Query({ schema: taskQuery }) { version }: TaskQuery,
    @Req() request: Request,
    @Res() response: Response,
  ): void {
    const task = this.shelf.one(name, version === undefined ? null : Number(version));
    send(response, tagged(task, request.headers['if-none-match']));
  }
}
