export { openCuttable, type Cuttable } from './cuttable';
export { sumMetric } from './read-metric';
export { aClaimedJob, anAttempt } from './a-claimed-job';
export { createApiClient, type Answer, type ApiClient, type RequestOptions } from './api-client';
export { startApps, type RunningApp, type TestApp, type TestApps, type TestAppsOptions } from './apps';
export { assertBooksAgree, assertInvoiceAgrees, assertReceiptAdds, readBooks, type Books } from './books';
export { cloneDatabase, type TestDatabase } from './database';
export { createSandboxClient, type InvoiceLine, type SandboxCall, type SandboxClient } from './sandbox-client';
export { askedPolicy, gateCases, playGate, stepMachine, type GateEvent, type GateMachine } from './gate-cases';
export { liftLimits, reviewOf, submitMany, untilAllDone, untilHoldsClosed, workedOn } from './load';
export { aPrice, aRung, createFakeCatalogue } from './fake-catalogue';
export { createFakeClock, type FakeClock } from './fake-clock';
export { createFakeGate, type FakeGate } from './fake-gate';
export { createFakeSharedGate, type FakeSharedGate } from './fake-shared-gate';
export { createFakeLearned } from './fake-learned';
export { createFakeJournal } from './fake-journal';
export { createFakeLedger, type FakeLedger } from './fake-ledger';
export { createFakeSampling } from './fake-sampling';
export { answers, createFakeProviders, fails, type Behaviour, type FakeProviders } from './fake-providers';
export {
  assertStorable,
  createFakeRows,
  type FakeAttempt,
  type FakeJob,
  type FakeRows,
  type FakeScope,
} from './fake-rows';
