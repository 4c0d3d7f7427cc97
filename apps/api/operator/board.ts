import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { ExpressAdapter } from '@bull-board/express';
import type { Producers } from '@winnow/queue';
import type { Express, RequestHandler } from 'express';
import { uiHeaders } from '../http/ui-headers';

const basePath = '/queues';

/** Bull Board on every queue of the catalogue, to look at: what changes a job goes through the API, where Postgres hears of it. */
export const createBoard = (queues: Producers['queues'], sandbox: boolean): RequestHandler[] => {
  const serverAdapter = new ExpressAdapter();
  serverAdapter.setBasePath(basePath);
  createBullBoard({
    queues: Object.values(queues).map((queue) => new BullMQAdapter(queue, { readOnlyMode: true })),
    serverAdapter,
    options: {
      uiConfig: {
        boardTitle: sandbox ? 'Winnow (sandbox)' : 'Winnow',
        miscLinks: [{ text: 'Log out', url: `${basePath}/logout` }],
      },
    },
  });
  const board = serverAdapter.getRouter() as Express;
  return [uiHeaders({ baseUri: "'self'", formAction: "'self'" }), board.disable('x-powered-by')];
};
