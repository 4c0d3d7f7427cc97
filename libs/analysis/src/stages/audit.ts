import type { SampleOut } from '@winnow/contracts';
import { printUsd, type Stage } from '@winnow/kernel';
import { agree } from '../policies/agree';
import { chooseSample } from '../policies/choose-sample';
import type { Verdict } from '../ports';
import { nameOfRung } from '../rung-name';
import type { FulfilAsk, FulfilPorts } from './fulfil-flow';
import type { Graded } from './grade';
import { judgeBetween } from './judge-between';
import { refer } from './refer';
import { roomOf, stepOf, worstCase } from './room';
import { settleAnswer } from './close-attempt';

type Audited = { readonly served: Graded; readonly samples: readonly SampleOut[] };

const choose = async (at: FulfilPorts, flow: FulfilAsk & { best: Graded }) => {
  const { answered } = flow.best;
  const { sampling } = at;
  const draw = sampling.draw(flow.job.id);
  // Most jobs are not drawn, and need not ask what checking may still cost.
  if (draw >= sampling.rates.audit + sampling.rates.shadow) return { kind: 'none' as const };
  const baseline = at.catalogue.baseline(flow.job.baselineModel);
  return chooseSample({
    draw,
    rates: sampling.rates,
    answered: stepOf(flow, answered.open),
    ladder: flow.ladder,
    baseline: baseline && at.catalogue.rung(baseline.provider, baseline.model),
    allowance: await sampling.allowance(flow.job.tenantId),
    room: roomOf(flow, answered),
    worstOf: (rung) => worstCase(flow, rung),
  });
};

/** Where the task itself can compare two answers it does; what only a reader can compare goes to a judge. */
const compare = async (
  at: FulfilPorts,
  flow: FulfilAsk,
  best: Graded,
  other: Graded,
): Promise<{ readonly value: number; readonly agreed: boolean } | null> => {
  const { agrees, mean } = agree(flow.task, best.answered.output, other.answered.output);
  return agrees === null
    ? judgeBetween(at, flow, best, other)
    : { value: agrees ? Math.max(mean, 0.9) : Math.min(mean, 0.89), agreed: agrees };
};

/** The cost of what only checked the answer: all audit attempts of the job so far. */
const costOf = ({ attempts }: FulfilAsk) =>
  attempts.reduce((sum, { purpose, actual }) => sum + (purpose === 'audit' ? (actual ?? 0n) : 0n), 0n);

/** Holds a few answers against another model's. The better one is handed over, of equals the reference; its price is the audit's, not the job's. */
export const audit = (at: FulfilPorts): Stage<FulfilAsk & { best: Graded }, Audited, Verdict> => ({
  name: 'audit',
  enter: async (flow) => {
    const { best } = flow;
    const without = (note: string, why?: string) => ({
      add: { served: best, samples: [] },
      note,
      ...(why === undefined ? {} : { why }),
    });
    const choice = await choose(at, flow);
    if (choice.kind === 'none') return without('not-drawn', choice.why);
    await settleAnswer(at, flow, best.answered);
    const other = await refer(at, flow, choice.rung);
    if (other === null) return without('no-reference', `${choice.rung.model} gave no answer`);
    const compared = await compare(at, flow, best, other);
    if (compared === null) return without('not-judged', `nobody could judge between ${choice.rung.model} and it`);
    const served = other.scored.score >= best.scored.score ? other : best;
    const sample: SampleOut = {
      kind: choice.kind,
      subject: nameOfRung(best.answered.open.rung),
      reference: nameOfRung(choice.rung),
      ...compared,
      score: best.scored.score,
      checks: Object.fromEntries(best.scored.checks.map(({ name, value }) => [name, value])),
      handedOver: served === other ? 'reference' : 'subject',
      cost: printUsd(costOf(flow)),
    };
    const verdict = compared.agreed ? 'agrees' : 'disagrees';
    return {
      add: { served, samples: [sample] },
      note: verdict,
      why: `${choice.kind}: ${sample.reference} ${verdict}, ${compared.value}`,
    };
  },
});
