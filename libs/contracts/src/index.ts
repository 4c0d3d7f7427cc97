/**
 * The words of the house, one for each thing, here and in receipts, metrics, docs and screens:
 *
 * - tenant, key   who pays; an API key belongs to one tenant and carries scopes
 * - task          a kind of work: name, version, input and output schema, prompt, checks
 * - job           one task on one input under terms; the unit of acceptance, result and receipt
 * - terms         quality (floor, 0.8), maxCost, deadline (how long the caller can wait)
 * - batch         many jobs submitted together, optionally on a ramp
 * - quote         what a job or batch would cost and score, without spending
 * - path, stage   the ordered list that a job falls through, and one step of it
 * - lane          how a job got its answer: cached, similar, joined, local, packed, deferred, direct
 * - tier          price band of models: ultra, light, medium, advanced, premium
 * - ladder        the ordered rungs (model at provider) that an execution may climb
 * - pack          several jobs sent as one prompt
 * - hold          money set aside for one attempt before it is sent
 * - attempt       one billable call to a provider or source, written down before the bytes leave
 * - receipt       a job's account: one line a stage, what it cost and what it saved against the baseline
 * - baseline      the price of the same job as one plain call to the tenant's baseline model
 * - source, claim, profile   where company facts come from; one statement about one field; the fused result
 * - keeper        the upkeep worker
 * - sandbox       the simulated providers and sources
 * - hint          a BullMQ job: a reason to look at a row, never the truth
 * - fence         a number that every claim raises and every later write carries
 */
export { duration, idOf, metadata, moneyIn, moneyOut, timeOut, unit } from './primitives';
export {
  avoidable,
  defaultFloor,
  laneSchema,
  lanes,
  longestDeadlineMs,
  termsIn,
  termsOut,
  tierSchema,
  tiers,
  type Lane,
  type TermsIn,
  type Tier,
} from './terms';
export { fieldFault, problemCodes, problemSchema, Refusal, type FieldFault, type ProblemCode } from './problems';
export { makeKey, parseKey, type ParsedKey } from './key-format';
export { keyIn, keyOut, scopes, scopeSchema, type KeyOut, type Scope } from './keys';
export {
  budgetEntryOut,
  budgetIn,
  budgetKinds,
  budgetOut,
  type BudgetEntryOut,
  type BudgetIn,
  type BudgetKind,
  type BudgetOut,
} from './budgets';
export {
  endUser,
  isTerminal,
  jobError,
  jobIn,
  jobOut,
  jobState,
  jobStates,
  listOf,
  priorities,
  terminalStates,
  type JobError,
  type JobIn,
  type JobOut,
  type JobState,
  type TerminalState,
} from './jobs';
export {
  receiptAttempt,
  receiptBody,
  receiptOut,
  savingsLines,
  type CheckOut,
  type SampleOut,
  type ReceiptAttempt,
  type ReceiptBody,
  type ReceiptLine,
  type ReceiptOut,
  type SavingsLine,
  type Tokens,
} from './receipts';
export { routeIn, routeOut, type RouteIn, type RouteOut } from './routing';
export { taskQualityOut, type QualityFigures, type TaskQualityOut } from './task-quality';
export { reviewOut, reviewReasons, verdictIn, type ReviewOut, type VerdictIn } from './reviews';
export {
  quoteBody,
  quoteIn,
  quoteOut,
  quoteQuery,
  type QuoteBody,
  type QuoteIn,
  type QuoteOut,
  type QuoteQuery,
} from './quotes';
export { readRows, type Row, type RowLimits, type RowsFile } from './rows/read-rows';
export type { ColumnMap } from './rows/plan-columns';
export {
  savingsReport,
  sessionOut,
  sessionQuery,
  usageBuckets,
  usageDimensions,
  usageOut,
  usageQuery,
  type SavingsReport,
  type SessionOut,
  type SessionQuery,
  type UsageBucket,
  type UsageDimension,
  type UsageOut,
  type UsageQuery,
} from './usage';
export { modelChange, modelOut, modelPriceIn, type ModelChangeIn, type ModelOut, type ModelPriceIn } from './models';
export { jobEvents, type JobEvent, type JobEventKind } from './events';
export {
  hintSchema,
  queueNames,
  queueOfPath,
  queues,
  type Hint,
  type PathName,
  type QueueName,
  type QueueSpec,
} from './queues';
export {
  contentKinds,
  contentPhases,
  taskOut,
  taskStates,
  type AnyTask,
  type CheckResult,
  type Comparator,
  type ContentKind,
  type FieldKind,
  type Message,
  type Phase,
  type TaskDefinition,
  type TaskOut,
  type TaskRules,
  type TaskState,
} from './tasks';
export {
  checkRule,
  isFieldName,
  mostSamples,
  taskDefaults,
  taskIn,
  type CheckRule,
  type TaskBody,
  type TaskIn,
} from './task-in';
export { ConfigFault, environment, parseConfig, type Config, type Environment, type ProviderConfig } from './config';
export { gatePolicy, type BreakerSettings, type Limits } from './limits';
export { providerNames, type ProviderName } from './provider-names';
