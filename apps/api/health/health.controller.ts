import { timingSafeEqual } from 'node:crypto';
import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';
import { Refusal } from '@winnow/contracts';
import { sha256Hex } from '@winnow/kernel';
import type { Request, Response } from 'express';
import { Public } from '../auth/scopes.decorator';
import { send } from '../http/send';
import { PORTS, type ApiPorts } from '../ports';
import { isPrivateAddress } from './is-private-address';

const example = { status: 'ok', sandbox: false, checks: { postgres: 'ok', migrations: 'ok', redis: 'ok' } };

const hasToken = (authorization: string | undefined, token: string | undefined): boolean =>
  token !== undefined &&
  timingSafeEqual(Buffer.from(sha256Hex(authorization ?? '')), Buffer.from(sha256Hex(`Bearer ${token}`)));

@ApiTags('Health')
@Controller()
export class HealthController {
  constructor(@Inject(PORTS) private readonly at: ApiPorts) {}

  @Get('healthz')
  @Public()
  @ApiOperation({ operationId: 'getHealth', summary: 'Whether this process works' })
  @ApiOkResponse({ description: 'It does', example: { ...example, checks: {} } })
  @ApiServiceUnavailableResponse({ description: 'It should be started again' })
  async live(@Res() response: Response): Promise<void> {
    const { ok, checks } = await this.at.health.live();
    send(response, { status: ok ? 200 : 503, body: { status: ok ? 'ok' : 'failed', checks } });
  }

  @Get('readyz')
  @Public()
  @ApiOperation({ operationId: 'getReadiness', summary: 'Whether this process can serve, and what it depends on' })
  @ApiOkResponse({ description: 'It can; a check may still be degraded', example })
  @ApiServiceUnavailableResponse({ description: 'It cannot: starting, stopping, or without what it needs' })
  async ready(@Res() response: Response): Promise<void> {
    const { ok, checks } = await this.at.health.ready();
    const stopping = this.at.stopping();
    const isDegraded = Object.values(checks).some((check) => check !== 'ok');
    const status = stopping ? 'stopping' : !ok ? 'unavailable' : isDegraded ? 'degraded' : 'ok';
    const { sandbox } = this.at.settings;
    send(response, { status: ok && !stopping ? 200 : 503, body: { status, sandbox, checks } });
  }

  @Get('metrics')
  @Public()
  @ApiOperation({
    operationId: 'getMetrics',
    summary: 'Prometheus metrics',
    description: 'For private addresses, or with `Authorization: Bearer METRICS_TOKEN`.',
  })
  @ApiOkResponse({ description: 'Text exposition format', content: { 'text/plain': { schema: { type: 'string' } } } })
  async metrics(@Req() request: Request, @Res() response: Response): Promise<void> {
    const { token } = this.at.settings.metrics;
    if (!hasToken(request.headers.authorization, token) && !isPrivateAddress(request.socket.remoteAddress))
      throw new Refusal('forbidden', 'metrics are for private addresses, or for who has METRICS_TOKEN', {
        needs: 'METRICS_TOKEN',
      });
    const { type, body } = await this.at.tally.text();
    response.writeHead(200, { 'content-type': type }).end(body);
  }
}
