import type { AnyTask } from '@winnow/contracts';
import type { Random, Stage } from '@winnow/kernel';
import { chooseLadder, type Route } from '../policies/choose-ladder';
import { decideStart, type Start } from '../policies/decide-start';
import type { Catalogue, ClaimedJob, Learned, RouteRecord, TokenCounter } from '../ports';
import { factsOf } from '../routing/text-facts';
import { sizeJob } from '../routing/size-job';
import { nameOfRung } from '../rung-name';
import { textsOf } from '../tasks/texts-of';
import { failed } from './fulfil-flow';
import type { IntakeAnswer, IntakeAsk, Routed } from './intake-flow';

export interface Routing {
  readonly mode: RouteRecord['mode'] | 'off';
  readonly random: Random;
  readonly learned?: Learned;
  /** counts exactly; without it tokens are bounded by the length of the text */
  readonly tokens?: TokenCounter;
}

export interface RoutePorts {
  readonly catalogue: Pick<Catalogue, 'rungsOf' | 'configured'>;
  /** not said: jobs begin at the tier of their task */
  readonly routing?: Routing;
}

const limitMs = 50;
/** What is read of a text to judge it: what comes behind changes no decision, and time is short. */
const mostRead = 8_000;

/** The ladder of a task from its own tier on, without the rungs that are known to be no better than cheaper ones. */
export const ownLadder = ({ catalogue, routing }: RoutePorts, task: AnyTask): Route | null =>
  chooseLadder(
    {
      task: task.name,
      tier: task.start.tier,
      measured: (rung) => routing?.learned?.measured(task.name, nameOfRung(rung)) ?? null,
    },
    catalogue,
  );

export const categoryOf = ({ category }: AnyTask, input: unknown): string | null => {
  const value = category === undefined ? undefined : (input as Record<string, unknown>)[category];
  return typeof value === 'string' ? value : null;
};

export const startOf = (
  { mode, learned, random, tokens }: Routing & { readonly mode: RouteRecord['mode'] },
  ladder: Route,
  task: AnyTask,
  { input, floor, cap }: Pick<ClaimedJob, 'input' | 'floor' | 'cap'>,
): Start => {
  const text = textsOf(input);
  const size = sizeJob(task, input, tokens);
  return decideStart({
    task: task.name,
    text: text.slice(0, mostRead),
    facts: { ...factsOf(text.slice(0, mostRead)), tokens: Math.ceil(text.length / 4) },
    category: categoryOf(task, input),
    size,
    floor,
    maxCost: cap,
    ladder,
    coldStart: learned?.coldStart(task.name) ?? null,
    weights: learned?.router(task.name) ?? null,
    mode,
    random,
  });
};

export const route = (at: RoutePorts): Stage<IntakeAsk, Routed, IntakeAnswer> => ({
  name: 'route',
  limitMs,
  // A decision that breaks costs no job: it begins where its task says.
  otherwise: ({ task }) => {
    const own = ownLadder({ catalogue: at.catalogue }, task);
    if (own === null) throw new Error('no model that has a price can be called now');
    return { route: own };
  },
  enter: async ({ task, job }) => {
    const own = ownLadder(at, task);
    if (own === null) {
      const verdict = failed('provider-failed', 'no model that has a price can be called now', true, null);
      return { answer: { kind: 'ended', verdict }, note: 'no-model' };
    }
    const { routing } = at;
    if (routing === undefined || routing.mode === 'off') return { add: { route: own }, note: own.tier, why: own.why };
    const { route: chosen, record } = startOf({ ...routing, mode: routing.mode }, own, task, job);
    return { add: { route: chosen, routeRecord: record }, note: chosen.tier, why: chosen.why };
  },
});
