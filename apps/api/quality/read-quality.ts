import { ppi } from '@winnow/analysis/statistics/ppi';
import { Refusal, type QualityFigures, type TaskQualityOut } from '@winnow/contracts';
import type { TenantAnswer, TenantId } from '@winnow/storage';
import type { ApiPorts } from '../ports';

export type QualityPorts = Pick<ApiPorts, 'tasks' | 'lessons'>;

type Group = Pick<TenantAnswer, 'tier' | 'lane' | 'rung'>;

const mostGroups = 200;
const z95 = 1.96;
const labellers = ['human', 'shadow', 'audit', 'judge'] as const;
const rounded = (value: number): number => Math.round(Math.min(1, Math.max(0, value)) * 1e4) / 1e4;
const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

const labelledOf = (answers: readonly TenantAnswer[]) =>
  answers.flatMap(({ good, labeller, score }) =>
    good === null || labeller === null ? [] : [{ label: good, labeller, score }],
  );

/**
 * The mean of the checks and a learned probability are no one scale, and how many answers are judged changes with time as well: each kind of
 * score is weighed by itself, and the parts by their answers. A part with hardly a label says nothing.
 */
const estimate = (answers: readonly TenantAnswer[]) => {
  const parts = [true, false].flatMap((calibrated) => {
    const part = answers.filter((one) => one.calibrated === calibrated);
    return (
      ppi(
        labelledOf(part),
        part.map(({ score }) => score),
      ) ?? []
    );
  });
  const n = parts.reduce((sum, { scores }) => sum + scores, 0);
  if (n === 0) return null;
  const mean = parts.reduce((sum, part) => sum + (part.scores / n) * part.mean, 0);
  const error = Math.sqrt(parts.reduce((sum, part) => sum + ((part.scores / n) * part.error) ** 2, 0));
  return { mean, low: mean - z95 * error, high: mean + z95 * error };
};

export const figuresOf = (answers: readonly TenantAnswer[]): QualityFigures => {
  const scores = answers.map(({ score }) => score);
  const labelled = labelledOf(answers);
  const found = estimate(answers);
  return {
    mean: found && rounded(found.mean),
    low: found && rounded(found.low),
    high: found && rounded(found.high),
    score: scores.length === 0 ? null : rounded(meanOf(scores)),
    n: answers.length,
    labels: labelled.length,
    byLabeller: labellers.flatMap((labeller) => {
      const own = labelled.filter((one) => one.labeller === labeller).map(({ label }) => label);
      return own.length === 0 ? [] : [{ labeller, labels: own.length, right: rounded(meanOf(own)) }];
    }),
  };
};

/** How good a tenant's own answers of a task are. */
export const readQuality = async (at: QualityPorts, tenant: TenantId, asked: string): Promise<TaskQualityOut> => {
  const named = await at.tasks.named(asked, null, tenant);
  if (named.kind === 'unknown') throw new Refusal('not-found', 'there is no such task');
  // A retired task keeps what is known of its answers.
  const task = { name: named.kind === 'task' ? named.task.name : asked };
  const answers = await at.lessons.ofTenant(tenant, task.name);
  const groups = Map.groupBy(answers, ({ tier, lane, rung }) => JSON.stringify({ tier, lane, rung }));
  const data = [...groups]
    .sort(([a, some], [b, others]) => others.length - some.length || (a < b ? -1 : 1))
    .slice(0, mostGroups)
    .map(([name, group]) => {
      const { tier, lane, rung } = JSON.parse(name) as Group;
      return { tier, lane, model: rung, ...figuresOf(group) } as TaskQualityOut['data'][number];
    });
  return { object: 'taskQuality', task: task.name, ...figuresOf(answers), data };
};
