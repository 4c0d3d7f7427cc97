export { createAccepts, type Acceptance, type Accepted, type Accepts } from './accepts';
export {
  createBudgets,
  type BudgetRow,
  type BudgetScope,
  type Budgets,
  type EntryRow,
  type FullBudget,
} from './budgets';
export { createBudgetUpkeep, type BudgetAlert, type BudgetUpkeep } from './budget-upkeep';
export { createReconciliation, type Compared, type Reconciliation } from './reconciliation';
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
export { createLedger } from './ledger';
export { createModels, type ModelChange, type ModelPrice, type ModelRow, type Models } from './models';
export { createNudges, type Nudges } from './nudge';
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
export { asTenantId, type TenantId } from './tenant-id';
export { createUpkeep, type LooseEnd, type Overdue, type Upkeep } from './upkeep';
export { createWakes, type Wakes } from './wakes';
export { enrolWorker, type WorkerIdentity } from './workers';
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
export { createPace, type PaceReader, type PaceRow } from './pace';
export { createRollUp, type RollUp } from './roll-up';
export {
  createUsage,
  type Session,
  type UsageAnswer,
  type UsageAsk,
  type UsageRow,
  type UsageSpan,
  type UsageStore,
  type UsageSums,
} from './usage';
