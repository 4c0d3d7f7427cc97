import { parentPort, workerData } from 'node:worker_threads';
import { learnLesson, type Lesson } from '@winnow/analysis/learning/train';

/** Learning takes seconds in which nothing else would be done: it has a thread of its own. */
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port of a thread has no origin
parentPort?.postMessage(learnLesson(workerData as Lesson));
