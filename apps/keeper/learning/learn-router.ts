import { nameOfRung, ownLadder } from '@winnow/analysis';
import { chainOf, pairingsOf, type Pairing } from '@winnow/analysis/learning/pair-outcomes';
import type { RouterLesson } from '@winnow/analysis/learning/train';
import { categoryOf } from '@winnow/analysis/stages/route';
import { textsOf } from '@winnow/analysis/tasks/texts-of';
import type { AnyTask } from '@winnow/contracts';
import { isDue } from './is-due';
import type { LearnPorts, Subject } from './learn-ports';

const leastPairs = 100;
const mostPairs = 5_000;
const pageSize = 250;
const mostText = 8_000;
const seed = 11;

/** What the router will see of such a job before any model is asked. */
const rowsOf = async (
  { lessons }: LearnPorts,
  task: AnyTask,
  pairings: readonly Pairing[],
): Promise<RouterLesson['rows']> => {
  const rows: RouterLesson['rows'][number][] = [];
  for (let from = 0; from < pairings.length; from += pageSize) {
    const page = pairings.slice(from, from + pageSize);
    const asked = new Map((await lessons.asked(page.map(({ job }) => job))).map((job) => [job.id, job]));
    for (const { job, outcomes, weight } of page) {
      const found = asked.get(job);
      if (found === undefined) continue;
      const text = (found.input === null ? found.begins : textsOf(found.input)).slice(0, mostText);
      rows.push({ text, category: found.input === null ? null : categoryOf(task, found.input), outcomes, weight });
    }
  }
  return rows;
};

/** From a hundred jobs on that two rungs of the ladder answered. Only weights that surely beat what is there go live. */
export const learnRouter = async (at: LearnPorts, { progress, comparisons }: Subject): Promise<void> => {
  const { task: name, version, compared } = progress;
  const task = at.taskOf(name, version);
  const ladder = task && ownLadder({ catalogue: at.catalogue }, task);
  if (task === undefined || !ladder || comparisons.length < leastPairs) return;
  if (!isDue(await at.store.last('router', name), compared)) return;
  const chain = chainOf(comparisons, ladder.ladder.map(nameOfRung));
  const pairings = pairingsOf(comparisons, chain).slice(-mostPairs);
  if (chain.length < 2 || pairings.length < leastPairs) return;
  const rows = await rowsOf(at, task, pairings);
  const old = (await at.store.live('router', name))?.weights ?? null;
  const learnt = await at.train({ kind: 'router', task: name, rungs: chain, rows, old, seed });
  if (learnt.kind === 'too-few') return;
  const state = learnt.promote ? 'live' : 'refused';
  const published = await at.store.publish({
    kind: 'router',
    task: name,
    subject: '',
    state,
    // what is never served is not kept: its figures say why
    weights: learnt.promote ? learnt.weights : new Uint8Array(),
    metrics: learnt.metrics,
    rows: compared,
  });
  at.onPublished('router', name, published, state);
};
