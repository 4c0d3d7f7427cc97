import { createTaskRegistry, createTenantTasks, type Plan } from '@winnow/analysis';
import { gatePolicy } from '@winnow/contracts';
import { systemClock, uuidv7 } from '@winnow/kernel';
import { connectCatalogue, connectLearned, type Connections, type Kit } from '@winnow/platform';
import {
  askToStop,
  createAccepts,
  createBudgets,
  createEvents,
  createJobs,
  createJournal,
  createKeys,
  createLessons,
  createModels,
  createNudges,
  createPace,
  createQuotes,
  createRateLimiter,
  createReceipts,
  createReviews,
  createSharedGate,
  createTaskStore,
  createTaskVersions,
  createUsage,
  createWakes,
  lookUpKey,
  type Database,
  type LiveCatalogue,
} from '@winnow/storage';
import type { ApiPorts, Tally } from './ports';

const tallyOf = ({ metrics }: Kit): Tally => ({
  accepted: (task) => metrics.jobsAccepted.inc({ kind: 'analysis', task, door: 'rest' }),
  refused: (reason) => metrics.refusals.inc({ reason }),
  backlog: (jobs) => metrics.backlog.set(jobs),
  finished: ({ route, method, status, seconds }) =>
    metrics.httpSeconds.observe(
      { http_request_method: method, http_route: route, http_response_status_code: String(status) },
      seconds,
    ),
  text: async () => ({ type: metrics.registry.contentType, body: await metrics.registry.metrics() }),
});

const findStopping =
  ({ prisma }: Database): ApiPorts['findStopping'] =>
  async (tenantId, id) => {
    const row = await prisma.job.findFirst({
      where: { id, tenantId },
      select: { floor: true, plan: true, tenant: { select: { baselineModel: true } } },
    });
    return row && { floor: row.floor, plan: row.plan as Plan | null, baselineModel: row.tenant.baselineModel };
  };

export type ConnectedPorts = Omit<ApiPorts, 'runNow'> & { readonly catalogue: LiveCatalogue };

/** The ports on Postgres and Redis. */
export const connectPorts = async (kit: Kit, { db, redis }: Connections): Promise<ConnectedPorts> => {
  const { config, log, health, lifecycle } = kit;
  const { rest, prisma } = db;
  const prefix = config.queuePrefix;
  const catalogue = await connectCatalogue(kit, db);
  const gate = createSharedGate(redis, prefix);
  const policy = gatePolicy(config.breaker, {}, config.providerTimeoutMs);
  return {
    settings: config,
    log: {
      debug: (facts, message) => log.debug(facts, message),
      info: (facts, message) => log.info(facts, message),
      warn: (facts, message) => log.warn(facts, message),
      error: (facts, message) => log.error(facts, message),
    },
    now: systemClock.now,
    keys: createKeys(prisma),
    limiter: createRateLimiter(redis.commands, prefix),
    tasks: createTenantTasks(createTaskRegistry(), createTaskVersions(rest)),
    taskStore: createTaskStore(db),
    catalogue,
    // with 1 drawn, no rung is tried only to learn of it
    routing: { mode: config.router, random: () => 1, learned: connectLearned(kit, db) },
    lessons: createLessons(rest),
    modelPorts: {
      models: createModels(db),
      breakers: { statesOf: gate.statesOf, force: (target, to) => gate.force(target, policy, to) },
      providers: config.providers.map(({ name }) => name),
      refresh: catalogue.refresh,
      now: systemClock.now,
    },
    accepts: createAccepts(rest),
    jobs: createJobs(rest),
    budgets: createBudgets(rest),
    receipts: createReceipts(rest),
    usage: createUsage(rest),
    reviews: createReviews(rest),
    quotes: createQuotes(rest),
    pace: createPace(rest),
    baselineOf: async (id) => (await prisma.tenant.findUniqueOrThrow({ where: { id } })).baselineModel,
    events: createEvents(rest),
    journal: createJournal(rest),
    newReceiptId: uuidv7,
    findReplay: (tenant, route, key) => lookUpKey(rest, tenant, route, key),
    askToStop: (tenant, job) => askToStop(rest, tenant, job),
    findStopping: findStopping(db),
    wakes: createWakes(redis, prefix),
    nudge: createNudges(redis, prefix).send,
    tally: tallyOf(kit),
    health,
    stopping: lifecycle.stopping,
  };
};
