import { Module, type DynamicModule } from '@nestjs/common';
import { BUDGETS, BudgetsController } from './budgets/budgets.controller';
import type { BudgetPorts } from './budgets/keep-budgets';
import { HealthController } from './health/health.controller';
import { JOBS, JobsController, type JobsPorts } from './jobs/jobs.controller';
import { createCursors } from './jobs/cursor';
import { KeysController } from './keys/keys.controller';
import { createModelShelf } from './models/model-shelf';
import { MODELS, ModelsController } from './models/models.controller';
import { ROUTE_PREVIEW, RoutePreviewController } from './models/route-preview.controller';
import { PagesController } from './pages/pages.controller';
import { PORTS, type ApiPorts } from './ports';
import { QUALITY, QualityController } from './quality/quality.controller';
import { QUOTES, QuotesController } from './quotes/quotes.controller';
import { RECEIPTS, ReceiptsController } from './receipts/receipts.controller';
import { REVIEWS, ReviewsController } from './reviews/reviews.controller';
import type { MakeTaskPorts } from './tasks/make-task';
import { createTaskShelf } from './tasks/task-shelf';
import { SHELF, TASKS, TasksController } from './tasks/tasks.controller';
import { USAGE, UsageController } from './usage/usage.controller';

@Module({})
export class ApiModule {
  static of(ports: ApiPorts, jobs: JobsPorts): DynamicModule {
    return {
      module: ApiModule,
      controllers: [
        JobsController,
        BudgetsController,
        TasksController,
        QualityController,
        RoutePreviewController,
        ModelsController,
        KeysController,
        QuotesController,
        UsageController,
        ReceiptsController,
        ReviewsController,
        HealthController,
        PagesController,
      ],
      providers: [
        { provide: PORTS, useValue: ports },
        { provide: JOBS, useValue: jobs },
        { provide: QUALITY, useValue: ports },
        { provide: ROUTE_PREVIEW, useValue: { ...ports, tokens: jobs.quote.tokens } },
        { provide: QUOTES, useValue: jobs.quote },
        {
          provide: USAGE,
          useValue: { ...ports, cursors: jobs.list.cursors, publicUrl: ports.settings.http.publicUrl },
        },
        { provide: REVIEWS, useValue: { ...ports, cursors: jobs.list.cursors } },
        { provide: RECEIPTS, useValue: { ...ports, cursors: jobs.list.cursors } },
        {
          provide: BUDGETS,
          useFactory: (): BudgetPorts => ({ ...ports, cursors: createCursors(ports.settings.secret) }),
        },
        { provide: MODELS, useFactory: () => createModelShelf(ports.modelPorts) },
        {
          provide: SHELF,
          useFactory: () =>
            createTaskShelf({
              shipped: ports.tasks.shipped,
              store: ports.taskStore,
              catalogue: ports.catalogue,
              cursors: jobs.list.cursors,
            }),
        },
        { provide: TASKS, useValue: { ...ports, ...jobs.submit } satisfies MakeTaskPorts },
      ],
    };
  }
}
