export type {
  AttemptRecord,
  Call,
  Catalogue,
  ClaimedJob,
  Closing,
  Completion,
  HoldRequest,
  HoldVerdict,
  Journal,
  Ledger,
  Move,
  MoveVerdict,
  Plan,
  PriceRule,
  Providers,
  Rung,
  TokenCounter,
  Verdict,
} from './ports';
export { bookedOf, presentAttempt } from './compose-receipt';
export { concludeJob, type ConcludePorts } from './conclude-job';
export { createFulfil, fulfilPath, type FulfilRunPorts } from './fulfil';
export { createIntake, intakePath, type IntakePorts } from './intake';
export { accountSavings, assertAdds } from './policies/account-savings';
export { chooseLadder } from './policies/choose-ladder';
export { priceUsage } from './policies/price-usage';
export { sizeHold } from './policies/size-hold';
export { renderPrompt, type Prompt } from './render-prompt';
export { builtInTasks, createTaskRegistry, printTask, type TaskRegistry } from './tasks/registry';
