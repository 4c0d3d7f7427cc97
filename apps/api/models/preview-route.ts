import { nameOfRung, ownLadder, startOf, type RouteRecord, type TokenCounter } from '@winnow/analysis';
import { defaultComplexity } from '@winnow/analysis/policies/complexity';
import { fitsLadder } from '@winnow/analysis/policies/decide-start';
import { explainGain } from '@winnow/analysis/routing/explain';
import { expectedCost, sizeJob, worstCost } from '@winnow/analysis/routing/size-job';
import { categoryOf } from '@winnow/analysis/stages/route';
import { textsOf } from '@winnow/analysis/tasks/texts-of';
import { Refusal, type AnyTask, type RouteIn, type RouteOut } from '@winnow/contracts';
import { printUsd } from '@winnow/kernel';
import type { Caller } from '../auth/caller';
import { checkCost } from '../jobs/check-cost';
import { readAsk } from '../jobs/read-ask';
import type { ApiPorts } from '../ports';

export interface PreviewPorts extends Pick<ApiPorts, 'tasks' | 'catalogue' | 'routing'> {
  readonly tokens: () => Promise<TokenCounter>;
}

const rounded = (value: number): number => Math.round(value * 1e4) / 1e4;

const featuresOf = (
  { routing }: PreviewPorts,
  task: AnyTask,
  input: unknown,
  usesRouter: boolean,
): RouteOut['features'] => {
  const pair = usesRouter ? routing.learned?.router(task.name)?.pairs[0] : undefined;
  if (pair === undefined) return [];
  const category = categoryOf(task, input);
  const asked = { task: task.name, text: textsOf(input), ...(category === null ? {} : { category }) };
  return explainGain(pair, asked).map(({ name, points }) => ({ name, points: rounded(points) }));
};

const presentComplexity = (at: PreviewPorts, task: string, { complexity }: RouteRecord): RouteOut['complexity'] => {
  const { technical, sentiment, length, domain, score, tier } = complexity;
  const parts = { technical, sentiment, length, domain, score };
  const cuts = at.routing.learned?.coldStart(task)?.cuts ?? defaultComplexity.cuts;
  return {
    ...(Object.fromEntries(Object.entries(parts).map(([name, value]) => [name, rounded(value)])) as typeof parts),
    weights: defaultComplexity.weights,
    cuts: [...cuts],
    tier,
  };
};

/** What intake would decide for such a job, with every number that it would use. Nothing is written, and nothing is spent. */
export const previewRoute = async (at: PreviewPorts, caller: Caller, body: RouteIn): Promise<RouteOut> => {
  const ask = await readAsk(at.tasks, body, caller);
  const { task, input, floor, cap } = ask;
  await checkCost(at, ask);
  const own = ownLadder(at, task);
  if (own === null) throw new Refusal('model-unpriced', `no model that has a price can be called for ${task.name} now`);
  const tokens = await at.tokens();
  const { mode } = at.routing;
  const start = startOf({ ...at.routing, mode: mode === 'off' ? 'shadow' : mode, tokens }, own, task, {
    input,
    floor,
    cap,
  });
  const { route, record, offers } = start;
  const size = sizeJob(task, input, tokens);
  const known = new Map(offers.map((offer) => [offer.name, offer]));
  const weights = at.routing.learned?.router(task.name) ?? null;
  return {
    object: 'routePreview',
    task: task.name,
    version: task.version,
    complexity: presentComplexity(at, task.name, record),
    tier: route.tier,
    ladder: route.ladder.map((rung) => {
      const offer = known.get(nameOfRung(rung));
      return {
        provider: rung.provider,
        model: rung.model,
        step: rung.step,
        tier: rung.tier,
        expected: printUsd(expectedCost(rung, size)),
        worst: printUsd(worstCost(rung, size)),
        quality: offer === undefined ? null : { expected: rounded(offer.quality), low: rounded(offer.low) },
      };
    }),
    chosen: route.ladder[0] === undefined ? record.chosen : nameOfRung(route.ladder[0]),
    why: mode === 'off' ? own.why : route.why,
    router: record.router === null ? null : { version: record.router },
    features: featuresOf(at, task, input, weights !== null && fitsLadder(weights, own)),
  };
};
