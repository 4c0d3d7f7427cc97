// `tokens` is imported as `@winnow/kernel/tokens`: its tables cost 290 ms and 89 MB, which only those who count should pay.
export { canonicalJson, hashJson, sha256Hex } from './canonical';
export { systemClock, type Clock, type Random } from './clock';
export { parseDuration, printDuration } from './durations';
export { fault, FaultError, toFault, type Fault, type FaultKind } from './fault';
export { groupCommit, type GroupCommitOptions } from './group-commit';
export { decodeId, encodeId, newId, uuidTime, uuidv7, type IdPrefix } from './ids';
export { guardJson, type JsonFault, type JsonFaultCode, type JsonLimits } from './json-guard';
export { legible } from './legible';
export { maxNano, minNano, parseUsd, priceTokens, printUsd, splitByWeight, sumNano, type Nano } from './money';
export {
  Path,
  type Entered,
  type Fall,
  type Hop,
  type Outcome,
  type PathOptions,
  type Stage,
  type StageOutcomeWord,
  type Unsettled,
} from './path';
export { forceBreaker } from './gate/breaker';
export type { Gate, GateRefusal, GateVerdict, Left, Move as GateMove, Pass, SharedGate } from './gate/port';
export {
  freshGate,
  fullPace,
  type BreakerState,
  type Entered as GateEntered,
  type Entering,
  type GateOutcome,
  type GatePolicy,
  type GateState,
  type Leaving,
  type PauseWhy,
  type Rate,
} from './gate/state';
export { retimeGate } from './gate/limiter';
export { enterGate, leaveGate } from './gate/step';
