export type {
  AttemptRecord,
  ColdStart,
  Call,
  Catalogue,
  ClaimedJob,
  Closing,
  Completion,
  HoldRequest,
  HoldVerdict,
  InvoiceHead,
  InvoiceLine,
  InvoicePage,
  InvoiceReader,
  Journal,
  Learned,
  Ledger,
  Measured,
  Move,
  MoveVerdict,
  Plan,
  PriceRule,
  Providers,
  RouteRecord,
  Rung,
  Sampling,
  TokenCounter,
  Verdict,
} from './ports';
export { bookedOf, presentAttempt } from './compose-receipt';
export { concludeJob, type ConcludePorts } from './conclude-job';
export { createLive, type Live } from './live';
export { createRunNow } from './run-now';
export { createFulfil, fulfilPath, type FulfilRunPorts } from './fulfil';
export { type Booked } from './stages/fulfil-flow';
export { ownLadder, startOf, type Routing } from './stages/route';
export { nameOfRung } from './rung-name';
export { createIntake, intakePath, type IntakePorts } from './intake';
export { accountSavings, assertAdds } from './policies/account-savings';
export { priceIdOf, serviceTiers, type NewPrice, type Rates, type ServiceTier } from './new-price';
export { chooseLadder } from './policies/choose-ladder';
export { priceUsage } from './policies/price-usage';
export { composeQuote, jobsOf, sizeOf, type ComposedQuote, type WeighedJob } from './policies/compose-quote';
export { drawSample, type Drawable, type KindTotal } from './policies/draw-sample';
export { type Pace } from './policies/forecast-time';
export { meanScore } from './policies/expect-quality';
export { trackForecast } from './policies/track-forecast';
export { quoteJobs, type QuoteJobsPorts } from './quote-jobs';
export { sizeHold } from './policies/size-hold';
export { tierOfPrice } from './policies/tier-of-price';
export { renderPrompt, type Prompt } from './render-prompt';
export { judgeTrial, type TriedSample, type TrialVerdict } from './policies/judge-trial';
export { compileDefinition, faultsOfDefinition } from './tasks/from-definition/compile-definition';
export { faultsOfSchema } from './tasks/from-definition/faults-of-schema';
export { checksOf } from './tasks/from-definition/own-checks';
export { readSchema } from './tasks/from-definition/read-schema';
export {
  createTenantTasks,
  type Definition,
  type DefinitionReader,
  type Standing,
  type TaskFinder,
  type TenantTasks,
} from './tasks/tenant-tasks';
export { builtInTasks, createTaskRegistry, printTask, type TaskRegistry } from './tasks/registry';
