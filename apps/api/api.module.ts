import { Module, type DynamicModule } from '@nestjs/common';
import { HealthController } from './health/health.controller';
import { JOBS, JobsController, type JobsPorts } from './jobs/jobs.controller';
import { KeysController } from './keys/keys.controller';
import { PagesController } from './pages/pages.controller';
import { PORTS, type ApiPorts } from './ports';
import { createTaskShelf } from './tasks/task-shelf';
import { SHELF, TasksController } from './tasks/tasks.controller';

@Module({})
export class ApiModule {
  static of(ports: ApiPorts, jobs: JobsPorts): DynamicModule {
    return {
      module: ApiModule,
      controllers: [JobsController, TasksController, KeysController, HealthController, PagesController],
      providers: [
        { provide: PORTS, useValue: ports },
        { provide: JOBS, useValue: jobs },
        { provide: SHELF, useFactory: () => createTaskShelf(ports.tasks, ports.catalogue) },
      ],
    };
  }
}
