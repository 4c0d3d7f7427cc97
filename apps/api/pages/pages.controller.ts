import { Controller, Get, Inject, Param, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Refusal } from '@winnow/contracts';
import type { Response } from 'express';
import { Public } from '../auth/scopes.decorator';
import { PORTS, type ApiPorts } from '../ports';
import { homePage } from './home-page';
import { sendPage } from './page';
import { isProblemCode, problemIndex, problemPage } from './problem-page';

@ApiExcludeController()
@Controller()
export class PagesController {
  constructor(@Inject(PORTS) private readonly at: ApiPorts) {}

  @Get()
  @Public()
  home(@Res() response: Response): void {
    const { sandbox, http } = this.at.settings;
    sendPage(response, 'Winnow', homePage({ sandbox, docs: http.docs }));
  }

  @Get('problems')
  @Public()
  problems(@Res() response: Response): void {
    sendPage(response, 'Problems', problemIndex());
  }

  @Get('problems/:code')
  @Public()
  problem(@Param('code') code: string, @Res() response: Response): void {
    if (!isProblemCode(code)) throw new Refusal('not-found', 'there is no such problem');
    sendPage(response, code, problemPage(code));
  }
}
