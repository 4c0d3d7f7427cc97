import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { AnyKey, Free, Public, Scopes } from '../auth/scopes.decorator';
import { readRoutes } from './route-table';

@Controller('api/v1/things')
class Things {
  @Get()
  @Scopes('jobs:read')
  list(@Query('limit') _limit: string): void {}

  @Post()
  @Scopes('jobs:write')
  add(@Body() _body: unknown): void {}

  @Get(':id/events')
  @AnyKey()
  @Free()
  events(): void {}
}

@Controller()
class Home {
  @Get()
  @Public()
  home(): void {}
}

@Controller('open')
class Forgotten {
  @Get('door')
  door(): void {}
}

describe('the table of routes', () => {
  const table = readRoutes([Things, Home]);

  it('knows what each route needs and takes', () => {
    const rows = table.all.map((route) => [
      route.method,
      route.path,
      route.access,
      route.free,
      route.takesBody,
      route.takesQuery,
    ]);
    expect(rows).toEqual([
      ['GET', '/api/v1/things', 'jobs:read', false, false, true],
      ['POST', '/api/v1/things', 'jobs:write', false, true, false],
      ['GET', '/api/v1/things/:id/events', 'any-key', true, false, false],
      ['GET', '/', 'anybody', false, false, false],
    ]);
  });

  it('refuses to start with a route that does not say who may use it', () => {
    expect(() => readRoutes([Forgotten])).toThrow('GET /open/door says nothing of who may use it');
  });

  it.each<[string, string, string | undefined]>([
    ['DELETE', '/api/v1/things', 'GET, HEAD, POST'],
    ['POST', '/api/v1/things/1/events', 'GET, HEAD'],
    ['PUT', '/', 'GET, HEAD'],
    ['GET', '/api/v1/things', undefined],
    ['GET', '/api/v1/others', undefined],
    ['DELETE', '/api/v1/things/1', undefined],
  ])('%s %s: Allow %p', (method, path, allow) => {
    expect(table.refuseUnmatched(method, path)?.headers['allow']).toBe(allow);
  });
});
