import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Learnt, Lesson } from '@winnow/analysis/learning/train';

const limitMs = 300_000;
const mostMegabytes = 1_024;

/** One thread a lesson; it is ended when it takes too long, or more memory than it may. */
export const learnInThread = (lesson: Lesson): Promise<Learnt> =>
  new Promise((done, fail) => {
    const thread = new Worker(join(__dirname, 'train-thread.js'), {
      workerData: lesson,
      resourceLimits: { maxOldGenerationSizeMb: mostMegabytes },
    });
    const timer = setTimeout(() => {
      fail(new Error(`learning took over ${limitMs} ms`));
      void thread.terminate();
    }, limitMs);
    thread.once('message', done);
    thread.once('error', fail);
    thread.once('exit', (code) => {
      clearTimeout(timer);
      // after a message this changes nothing
      fail(new Error(`the thread that learns ended with ${code}`));
    });
  });
