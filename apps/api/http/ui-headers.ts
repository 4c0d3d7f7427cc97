import type { RequestHandler } from 'express';
import helmet from 'helmet';

interface UiRights {
  /** where the page's own base may point, and where its forms may go */
  readonly baseUri: "'none'" | "'self'";
  readonly formAction: "'none'" | "'self'";
}

/** For pages that a package draws: they write styles and show images of their own, but every script is a file from here. */
export const uiHeaders = ({ baseUri, formAction }: UiRights): RequestHandler =>
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
        baseUri: [baseUri],
        formAction: [formAction],
        frameAncestors: ["'none'"],
      },
    },
    strictTransportSecurity: false,
  });
