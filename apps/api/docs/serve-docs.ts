import type { INestApplication } from '@nestjs/common';
import { SwaggerModule } from '@nestjs/swagger';
import type { NextFunction, Request, Response } from 'express';
import { exchangeOf } from '../http/exchange';
import { uiHeaders } from '../http/ui-headers';
import { describeApi } from './openapi';

const named = (request: Request, _response: Response, next: NextFunction): void => {
  exchangeOf(request).route = '/docs';
  next();
};

export const serveDocs = (app: INestApplication, sandbox: boolean, publicUrl?: string): void => {
  app.use(['/docs', '/docs-json'], named, uiHeaders({ baseUri: "'none'", formAction: "'none'" }));
  SwaggerModule.setup('docs', app, () => describeApi(app, sandbox, publicUrl), {
    raw: ['json'],
    jsonDocumentUrl: 'docs-json',
    customSiteTitle: 'Winnow API',
    swaggerOptions: {
      persistAuthorization: true,
      displayRequestDuration: true,
      tagsSorter: 'alpha',
      validatorUrl: null,
    },
  });
};
