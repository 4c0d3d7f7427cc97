import { Controller, Get, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { keyOut } from '@winnow/contracts';
import type { Response } from 'express';
import type { Caller } from '../auth/caller';
import { CallerOf } from '../auth/caller.decorator';
import { AnyKey } from '../auth/scopes.decorator';
import { Documented } from '../docs/documented';
import { send } from '../http/send';
import { presentKey } from './present-key';

@ApiTags('Keys')
@Controller('api/v1/keys')
export class KeysController {
  @Get('self')
  @AnyKey()
  @Documented({
    id: 'getOwnKey',
    summary: 'Who am I',
    description: 'The key that asks: its scopes and limits, never its secret.',
    answers: [{ status: 200, description: 'The key', schema: keyOut }],
  })
  self(@CallerOf() { key }: Caller, @Res() response: Response): void {
    send(response, { status: 200, body: presentKey(key) });
  }
}
