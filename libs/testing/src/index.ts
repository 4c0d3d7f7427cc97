export { createApiClient, type Answer, type ApiClient, type RequestOptions } from './api-client';
export { startApps, type RunningApp, type TestApp, type TestApps, type TestAppsOptions } from './apps';
export { assertBooksAgree, assertInvoiceAgrees, assertReceiptAdds, readBooks, type Books } from './books';
export { cloneDatabase, type TestDatabase } from './database';
export { createSandboxClient, type InvoiceLine, type SandboxClient } from './sandbox-client';
export { liftLimits, reviewOf, submitMany, untilAllDone, untilHoldsClosed, workedOn } from './load';
