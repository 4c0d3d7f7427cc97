import type { INestApplication } from '@nestjs/common';
import { SwaggerModule } from '@nestjs/swagger';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import helmet from 'helmet';
import { exchangeOf } from '../http/exchange';
import { describeApi } from './openapi';

/** Swagger UI writes its styles itself and shows its icons from data URLs; its scripts are files. */
const headers = (): RequestHandler =>
  helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:'],
        fontSrc: ["'self'", 'data:'],
        connectSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    strictTransportSecurity: false,
  });

const named = (request: Request, _response: Response, next: NextFunction): void => {
  exchangeOf(request).route = '/docs';
  next();
};

export const serveDocs = (app: INestApplication, sandbox: boolean, publicUrl?: string): void => {
  app.use(['/docs', '/docs-json'], named, headers());
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
