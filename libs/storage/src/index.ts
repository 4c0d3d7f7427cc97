export { createAccepts, type Acceptance, type Accepted, type Accepts } from './accepts';
export {
  createBudgets,
  type BudgetRow,
  type BudgetScope,
  type Budgets,
  type EntryRow,
  type FullBudget,
} from './budgets';
export { alertPercents, createBudgetUpkeep, type BudgetAlert, type BudgetUpkeep } from './budget-upkeep';
export { createReconciliation, type Compared, type InvoiceMark, type Reconciliation } from './reconciliation';
export { askToStop } from './cancels';
export { createCatalogue, type LiveCatalogue } from './catalogue';
export { createClaims, type Claims } from './claims';
export { createDatabase, type Database, type DatabaseOptions, type Sql } from './database';
export { createEvents, type EventRow, type Events } from './events';
export { migrationFault, proveGate } from './gate-proof';
export { lookUpKey, type Replay } from './idempotency';
export { isPassing } from './insist';
export { createJobs, type JobFilter, type JobPage, type JobRow, type Jobs } from './jobs';
export { createJournal } from './journal';
export { createKeys, hashKey, type KeyRecord, type Keys } from './keys';
export { createLearnedStore, type LearnedKind, type LearnedStore } from './learned';
export { createLiveLearned, type LiveLearned } from './live-learned';
export { createLessons, type Lessons, type Progress, type TenantAnswer } from './lessons';
export { createLedger } from './ledger';
export { createModels, type ModelChange, type ModelPrice, type ModelRow, type Models, type Once } from './models';
export { createNudges, type Nudges } from './nudge';
export { readMoneyGauges, type MoneyGauges } from './gauges';
export { type Overdue } from './lost-hints';
export { createPurge } from './purge';
export { createOutbox, type HintRow, type Outbox } from './outbox';
export {
  importPrices,
  newestPrices,
  registerModels,
  writePrices,
  type ModelPlace,
  type PriceImport,
  type PriceSource,
} from './prices';
export { createRateLimiter, type RateLimiter } from './rate-limiter';
export {
  createReceipts,
  type Correction,
  type ReceiptFilter,
  type ReceiptPage,
  type ReceiptRow,
  type Receipts,
} from './receipts';
export { connectRedis, evictionFault, type RedisConnections } from './redis';
export { registerFirstTenant, registerTasks, type FirstTenant } from './registrations';
export { createTaskTrials, type DueTrial, type TaskTrials } from './task-trials';
export { createTaskStore, createTaskVersions, type NewTask, type TaskRow, type TaskStore } from './task-versions';
export { asTenantId, type TenantId } from './tenant-id';
export { createUpkeep, type LooseEnd, type Upkeep } from './upkeep';
export { createSampling } from './sampling';
export { createSharedGate, type BreakerDesk } from './shared-gate';
export { createWakes, type Wakes } from './wakes';
export { countWorkers, enrolWorker, type WorkerIdentity } from './workers';
export {
  createQuotes,
  type DueForecast,
  type NewQuote,
  type Past,
  type QuoteRow,
  type Quotes,
  type Room,
  type Track,
} from './quotes';
export {
  createReviews,
  type Decision,
  type ReviewPage,
  type ReviewReason,
  type ReviewRow,
  type Reviews,
} from './reviews';
export { createPace, type PaceReader, type PaceRow } from './pace';
export { createRollUp, type RollUp } from './roll-up';
export {
  createUsage,
  type Session,
  type UsageAnswer,
  type UsageAsk,
  type UsageRow,
  type UsagePlace,
  type UsageSpan,
  type UsageStore,
  type UsageSums,
} from './usage';
