import type { SampleOut } from '@winnow/contracts';
import { printUsd, type Stage } from '@winnow/kernel';
import { agree } from '../policies/agree';
import { chooseSample } from '../policies/choose-sample';
import type { Verdict } from '../ports';
import { nameOfRung } from '../rung-name';
import type { FulfilAsk, FulfilPorts } from './fulfil-flow';
import type { Graded } from './grade';
import type { Climbed } from './escalate';
import { judgeBetween } from './judge-between';
import { refer } from './refer';
import { roomOf, stepOf, worstCase } from './room';
import { settleAnswer } from './close-attempt';

type Asked = FulfilAsk & Climbed & { readonly graded: Graded };
type Audited = { readonly served: Graded; readonly samples: readonly SampleOut[] };

const isDrawn = ({ sampling: { rates, draw } }: FulfilPorts, { job }: FulfilAsk): boolean =>
  draw(job.id) < rates.audit + rates.shadow;

const choose = async (at: FulfilPorts, flow: Asked) => {
  const { answered } = flow.best;
  const { sampling } = at;
  const draw = sampling.draw(flow.job.id);
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

interface Comparison {
  readonly kind: SampleOut['kind'];
  readonly subject: Graded;
  readonly reference: Graded;
  readonly compared: { readonly value: number; readonly agreed: boolean };
  readonly served: Graded;
}

const sampleOf = (flow: FulfilAsk, { kind, subject, reference, compared, served }: Comparison): SampleOut => ({
  kind,
  subject: nameOfRung(subject.answered.open.rung),
  reference: nameOfRung(reference.answered.open.rung),
  ...compared,
  score: subject.scored.score,
  checks: Object.fromEntries(subject.scored.checks.map(({ name, value }) => [name, value])),
  handedOver: served === reference ? 'reference' : 'subject',
  cost: printUsd(costOf(flow)),
});

/**
 * An answer that was climbed from has been held against the one above already, and both are paid. It is told of where the job was drawn: were
 * such answers left out, only those that looked good would ever be compared.
 */
const climbedSample = (flow: Asked, above: Graded): SampleOut | null => {
  const { agrees, mean } = agree(flow.task, flow.graded.answered.output, above.answered.output);
  if (agrees === null) return null;
  const compared = { value: agrees ? Math.max(mean, 0.9) : Math.min(mean, 0.89), agreed: agrees };
  return sampleOf(flow, { kind: 'shadow', subject: flow.graded, reference: above, compared, served: flow.best });
};

/** Holds a few answers against another model's. The better one is handed over, of equals the reference; its price is the audit's, not the job's. */
export const audit = (at: FulfilPorts): Stage<Asked, Audited, Verdict> => ({
  name: 'audit',
  enter: async (flow) => {
    const { best } = flow;
    const without = (note: string, why?: string) => ({
      add: { served: best, samples: [] },
      note,
      ...(why === undefined ? {} : { why }),
    });
    // Most jobs are not drawn, and need not ask what checking may still cost.
    if (!isDrawn(at, flow)) return without('not-drawn');
    if (flow.above !== null) {
      const sample = climbedSample(flow, flow.above);
      return { add: { served: best, samples: sample === null ? [] : [sample] }, note: 'climbed' };
    }
    const choice = await choose(at, flow);
    if (choice.kind === 'none') return without('not-drawn', choice.why);
    await settleAnswer(at, flow, best.answered);
    const other = await refer(at, { ...flow, live: undefined }, choice.rung);
    if (other === null) return without('no-reference', `${choice.rung.model} gave no answer`);
    const compared = await compare(at, flow, best, other);
    if (compared === null) return without('not-judged', `nobody could judge between ${choice.rung.model} and it`);
    const served = other.scored.score >= best.scored.score ? other : best;
    const sample = sampleOf(flow, { kind: choice.kind, subject: best, reference: other, compared, served });
    const verdict = compared.agreed ? 'agrees' : 'disagrees';
    return {
      add: { served, samples: [sample] },
      note: verdict,
      why: `${choice.kind}: ${sample.reference} ${verdict}, ${compared.value}`,
    };
  },
});
