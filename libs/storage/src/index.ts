export { createAccepts, type Acceptance, type Accepted, type Accepts } from './accepts';
export { askToStop } from './cancels';
export { createCatalogue, type LiveCatalogue, type ModelEntry } from './catalogue';
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
export { createNudges, type Nudges } from './nudge';
export { createOutbox, type HintRow, type Outbox } from './outbox';
export { createRateLimiter, type RateLimiter } from './rate-limiter';
export { createReceipts, type Correction, type ReceiptRow, type Receipts } from './receipts';
export { connectRedis, evictionFault, type RedisConnections } from './redis';
export {
  registerFirstTenant,
  registerPrices,
  registerTasks,
  type FirstTenant,
  type ShippedPrice,
} from './registrations';
export { asTenantId, type TenantId } from './tenant-id';
export { createUpkeep, type LooseEnd, type Overdue, type Upkeep } from './upkeep';
export { createWakes, type Wakes } from './wakes';
export { enrolWorker, type WorkerIdentity } from './workers';
