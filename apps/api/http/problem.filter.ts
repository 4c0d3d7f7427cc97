import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { problemCodes, type Refusal } from '@winnow/contracts';
import type { Request, Response } from 'express';
import type { Log } from '../ports';
import { exchangeOf } from './exchange';
import { problemOf, refusalOf } from './problem';
import { sendProblem } from './send';

export interface ProblemEdge {
  readonly log: Log;
  readonly publicUrl?: string;
  readonly onRefusal: (code: string) => void;
  /** what else a path can be asked for, when not this */
  readonly refuseUnmatched: (method: string, path: string) => Refusal | null;
}

/** The one place where an error becomes a status. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly edge: ProblemEdge) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<Request>();
    const exchange = exchangeOf(request);
    const seen = refusalOf(error, request.method === 'POST');
    const unmatched = exchange.route === 'other' && seen.code === 'not-found';
    const refusal = (unmatched && this.edge.refuseUnmatched(request.method, request.path)) || seen;
    if (refusal !== error && problemCodes[refusal.code][0] >= 500)
      this.edge.log.error({ err: error, requestId: exchange.id, route: exchange.route }, refusal.code);
    this.edge.onRefusal(refusal.code);
    sendProblem(http.getResponse<Response>(), problemOf(refusal, exchange.id, this.edge.publicUrl));
  }
}
