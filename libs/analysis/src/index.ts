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
export { builtInTasks, createTaskRegistry, printTask, type TaskRegistry } from './tasks/registry';
