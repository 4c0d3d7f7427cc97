import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

const stageBuckets = [0.0005, 0.002, 0.008, 0.032, 0.128, 0.512, 2.048, 8.192, 32.768];
const gateBuckets = [0.02, 0.05, 0.1, 0.25, 0.5, 1.5, 2.5];
const trainingBuckets = [0.05, 0.2, 1, 3, 10, 30, 120];
const jobBuckets = [0.05, 0.1, 0.25, 0.5, 1.5, 2.5, 5, 10.5, 25, 60.5, 300.5, 3600.5];

const bookedBy = ['kind', 'task', 'target', 'tier'] as const;

/** Labels are closed sets: never a tenant, a key, a job or a message. */
export const createMetrics = (app: string) => {
  const registers = [new Registry()];
  const [registry] = registers as [Registry];
  registry.setDefaultLabels({ app });
  collectDefaultMetrics({ register: registry });
  const counter = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
    new Counter<Label>({ name: `winnow_${name}`, help, labelNames: [...labelNames], registers });
  const gauge = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
    new Gauge<Label>({ name: `winnow_${name}`, help, labelNames: [...labelNames], registers });
  const histogram = <Label extends string>(
    name: string,
    help: string,
    labelNames: readonly Label[],
    buckets: number[],
  ) => new Histogram<Label>({ name: `winnow_${name}`, help, labelNames: [...labelNames], buckets, registers });
  return {
    registry,
    jobsAccepted: counter('jobs_accepted_total', 'Jobs accepted', ['kind', 'task', 'door']),
    refusals: counter('refusals_total', 'Requests refused, by problem code', ['reason']),
    jobs: counter('jobs_total', 'Jobs ended', ['kind', 'outcome']),
    stageSeconds: histogram('stage_seconds', 'Time in a stage', ['path', 'stage', 'outcome'], stageBuckets),
    queueRunSeconds: histogram('queue_run_seconds', 'Time a hint was worked on', ['queue', 'outcome'], jobBuckets),
    hintsRefused: counter('hints_refused_total', 'Hints whose row was finished, taken or moved on', ['queue']),
    fencedWrites: counter('fenced_writes_total', 'Late writes that another fence refused', ['queue']),
    redeliveries: counter('redeliveries_total', 'Rows sent out again', ['cause']),
    relayed: counter('relayed_total', 'Hints relayed from the outbox', ['queue']),
    holdsReaped: counter('holds_reaped_total', 'Holds closed by the reaper', ['kind']),
    budgetAlerts: counter('budget_alerts_total', 'Windows that were told to be nearly spent', ['kind', 'percent']),
    billedRatio: gauge('billed_ratio', 'Billed by the invoice ÷ booked (of), at the last reconciliation', [
      'provider',
      'of',
    ]),
    costUsd: counter('cost_usd_total', 'Dollars booked for calls, before corrections', bookedBy),
    usefulUsd: counter('useful_usd_total', 'Those of them that bought an answer which could be used', bookedBy),
    correctedCalls: counter('corrected_calls_total', 'Calls whose bill was corrected by the invoice', ['provider']),
    invoiceStrays: gauge('invoice_strays', 'Billed calls that no attempt of ours stands behind', []),
    gate: counter('gate_total', 'What the gate said to an attempt', ['target', 'verdict']),
    gateWaitSeconds: histogram('gate_wait_seconds', 'Waits in place for the gate', ['target'], gateBuckets),
    gateDegraded: gauge('gate_degraded', '1 while Redis is away and each process keeps the gate by itself', []),
    breakerState: gauge('breaker_state', '1 for the state that the breaker is in', ['target', 'state']),
    breakerTransitions: counter('breaker_transitions_total', 'Transitions of the breaker that this process caused', [
      'target',
      'to',
    ]),
    targetsOff: counter('targets_off_total', 'Calls that found our key or our credit refused', ['target', 'why']),
    parkedJobs: gauge('parked_jobs', 'Jobs that wait for room, by the kind of budget that has none', ['scope']),
    quotesScored: gauge('quotes_scored', 'Forecasts of the last 30 days whose jobs have all ended', []),
    quotesInside: gauge('quotes_inside', 'Those of them whose bill lay inside the interval', []),
    learnedVersion: gauge('learned_version', 'Version of what was learned of a task that serves now', ['kind', 'task']),
    trainingSeconds: histogram('training_seconds', 'Time to learn one thing of one task', ['kind'], trainingBuckets),
    labels: gauge('labels', 'Answers of a task that another model or a person has judged', ['task']),
    crowdedCategories: gauge('crowded_categories', 'Categories that send over half of their jobs above light', [
      'task',
    ]),
    rollUpLag: gauge('roll_up_lag_seconds', 'Age of the oldest receipt or entry that is in no sum yet', []),
    outboxRows: gauge('outbox_rows', 'Hints that wait in the outbox, counted to 10,000', []),
    backlog: gauge('backlog_jobs', 'Queued jobs, counted to the limit', []),
    httpSeconds: new Histogram({
      name: 'http_server_request_duration_seconds',
      help: 'Time to answer a request, by route',
      labelNames: ['http_request_method', 'http_route', 'http_response_status_code'],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.5, 2.5, 5.5, 7.5, 10.5, 15.5, 30.5],
      registers,
    }),
    sandbox: gauge('sandbox', '1 while simulated providers answer', []),
  };
};

export type Metrics = ReturnType<typeof createMetrics>;
