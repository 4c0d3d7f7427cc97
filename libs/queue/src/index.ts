export { hintId } from './hint-id';
export { createProducers, mostHintsAtOnce, type HintToSend, type Producers } from './producers';
export { readHint } from './read-hint';
export { queueOptions, workerOptions } from './settings';
