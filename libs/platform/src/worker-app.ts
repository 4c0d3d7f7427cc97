import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { BullModule, getQueueToken, Processor, WorkerHost } from '@nestjs/bullmq';
import type { ClaimedJob, MoveVerdict } from '@winnow/analysis';
import { queues, type QueueName } from '@winnow/contracts';
import { queueOptions, readHint, workerOptions } from '@winnow/queue';
import { createClaims, createWakes, enrolWorker, type LiveCatalogue, type WorkerIdentity } from '@winnow/storage';
import type { Kit } from './boot';
import { connectCatalogue } from './connect-catalogue';
import { createConsumption, type Consumption } from './consumption';
import { connect, disconnect, type Connections } from './connect';
import { every } from './every';
import { createSlots } from './slots';

/** What the maker of a handler reaches out with. */
export interface WorkerApp extends Kit, Connections {
  readonly catalogue: LiveCatalogue;
  /** a little under the lease: work that takes longer is stopped before the keeper takes the row back */
  readonly leaseMs: number;
}

interface Handler {
  /** `done` is called once nothing more will be asked of anybody: what is left is writing, and the slot serves the next job */
  readonly work: (job: ClaimedJob, done: () => void) => Promise<MoveVerdict>;
  readonly close?: () => Promise<void>;
}

interface WorkerAppSpec {
  readonly queue: QueueName;
  readonly concurrency: number;
  /** jobs that are claimed while all slots are taken, so that a slot never waits for a claim; a dead worker's come back with its lease */
  readonly ahead?: number;
  readonly handler: (at: WorkerApp) => Promise<Handler>;
}

/** Three beats fit into the age at which a worker counts as gone. */
const beatsPerAge = 3;
const catalogueEveryMs = 15_000;
const consumptionEveryMs = 10_000;
const longWaitMs = 5_000;
const mostUnanswered = 10_000;
/** sysexits' EX_SOFTWARE */
const wedgedExit = 70;
/** work ends this long before its claim does */
export const leaseSpareMs = 10_000;

type Handle = (data: unknown) => Promise<void>;

const createHost = (kit: Kit, spec: WorkerAppSpec, handle: Handle) => {
  const { redisUrl, queuePrefix } = kit.config;
  @Processor(spec.queue, workerOptions(redisUrl, queuePrefix, spec.concurrency + (spec.ahead ?? 0)))
  class HintHost extends WorkerHost {
    async process(hint: { data: unknown }): Promise<void> {
      await handle(hint.data);
    }
  }
  @Module({
    imports: [
      BullModule.registerQueue({ name: spec.queue, ...queueOptions(redisUrl, queuePrefix, queues[spec.queue]) }),
    ],
    providers: [HintHost],
  })
  class HintModule {}
  return { HintHost, HintModule };
};

/** Claims the row behind a hint and works on it. A hint whose row is finished, taken or moved on is simply done. */
const createHandle = (at: WorkerApp, spec: WorkerAppSpec, identity: WorkerIdentity, work: Handler['work']) => {
  const { queue } = spec;
  const { metrics, log, config, redis, db } = at;
  const claims = createClaims(db.rest, queues[queue].path, identity.id, queues[queue].leaseMs);
  const wakes = createWakes(redis, config.queuePrefix);
  const underWay = new Set<string>();
  /** claims that failed: whether they were committed nobody knows, and their hints come again */
  const unanswered = new Set<string>();
  const slots = createSlots(spec.concurrency);
  const run = async (job: ClaimedJob, done: () => void): Promise<void> => {
    const began = performance.now();
    let outcome: string = 'failed';
    try {
      outcome = await work(job, done);
      if (outcome !== 'moved') {
        metrics.fencedWrites.inc({ queue });
        log.info({ job: job.id, outcome }, 'a late write was refused');
      }
    } catch (error) {
      // The row stays claimed until its lease ends or this process leaves: the keeper sends it out again then.
      log.error({ err: error, job: job.id }, 'a job could not be worked on');
    } finally {
      metrics.queueRunSeconds.observe({ queue, outcome }, (performance.now() - began) / 1_000);
      wakes.publish([job.id]);
    }
  };
  const inSlot = async (job: ClaimedJob): Promise<void> => {
    const claimedMs = performance.now();
    const done = await slots.enter();
    try {
      // Its time ran while it waited: it begins anew, unless the keeper has given the row to another.
      const isLong = performance.now() - claimedMs > longWaitMs;
      if (isLong && !(await claims.renew(job))) metrics.hintsRefused.inc({ queue });
      else await run(job, done);
    } finally {
      done();
    }
  };
  const claim = async (id: string): Promise<ClaimedJob | null> => {
    try {
      const job = await (unanswered.has(id) ? claims.retake(id) : claims.take(id));
      unanswered.delete(id);
      return job;
    } catch (error) {
      if (unanswered.size >= mostUnanswered) unanswered.clear();
      unanswered.add(id);
      throw error;
    }
  };
  const handle: Handle = async (data) => {
    const { id } = readHint(queue, data);
    if (underWay.has(id)) return void metrics.hintsRefused.inc({ queue });
    underWay.add(id);
    try {
      const job = await claim(id);
      if (job === null) metrics.hintsRefused.inc({ queue });
      else await inSlot(job);
    } finally {
      underWay.delete(id);
    }
  };
  return { handle, underWay };
};

/** The lease of every row that this process has: three beats a lifetime. */
export const beatLoop = ({ log, config }: Kit, identity: WorkerIdentity) =>
  every('beat', config.workerGoneAfterMs / beatsPerAge, log, async () => {
    if (!(await identity.beat()))
      log.warn({ worker: identity.id() }, 'was taken for dead: its rows were given away, it goes on as a new worker');
  });

const drained = async (underWay: ReadonlySet<string>): Promise<void> => {
  while (underWay.size > 0) await new Promise((resolve) => setTimeout(resolve, 20));
};

const endIfWedged = ({ log, lifecycle }: Kit, { fault }: Consumption) =>
  every('consumption', consumptionEveryMs, log, async () => {
    const why = await fault();
    if (why === null || lifecycle.stopping()) return;
    log.fatal({ fault: why }, 'this worker is wedged: it ends, so that its supervisor starts another');
    void lifecycle.stop('wedged', wedgedExit);
  });

/** A process that consumes one queue of the catalogue. */
export const startWorkerApp = async (kit: Kit, spec: WorkerAppSpec): Promise<void> => {
  const { lifecycle, config, log } = kit;
  const connections = await connect(kit, true);
  const catalogue = await connectCatalogue(kit, connections.db);
  const identity = await enrolWorker(connections.db.beat, kit.app, spec.concurrency);
  const at: WorkerApp = { ...kit, ...connections, catalogue, leaseMs: queues[spec.queue].leaseMs - leaseSpareMs };
  const handler = await spec.handler(at);
  const { handle, underWay } = createHandle(at, spec, identity, handler.work);
  const { HintHost, HintModule } = createHost(kit, spec, handle);
  const context = await NestFactory.createApplicationContext(HintModule, {
    logger: ['error', 'warn'],
    abortOnError: false,
  });
  const { worker } = context.get(HintHost);
  const queue = context.get<{ getWaitingCount: () => Promise<number> }>(getQueueToken(spec.queue));
  const consumption = createConsumption({
    nowMs: () => performance.now(),
    underWay: () => underWay.size,
    waiting: () => queue.getWaitingCount(),
  });
  worker.on('error', (error: Error) => log.debug({ err: error }, 'worker'));
  worker.on('active', consumption.note);
  kit.health.addLiveness('consumption', consumption.fault);
  const loops = [
    beatLoop(kit, identity),
    every('prices', catalogueEveryMs, log, catalogue.refresh),
    endIfWedged(kit, consumption),
  ];
  void worker.run();
  log.info({ queue: spec.queue, slots: spec.concurrency }, 'consumes');
  lifecycle.onStop('no more claims', 3_000, () => worker.pause(true));
  lifecycle.onStop('calls under way', config.graceMs, () => drained(underWay));
  lifecycle.onStop('loops', 3_000, async () => void (await Promise.all(loops.map((loop) => loop.stop()))));
  lifecycle.onStop('worker row', 3_000, identity.leave);
  lifecycle.onStop('queues', 3_000, () => context.close());
  lifecycle.onStop('own parts', 3_000, () => handler.close?.());
  lifecycle.onStop('connections', 3_000, () => disconnect(connections));
};
