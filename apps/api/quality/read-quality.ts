import { ppi } from '@winnow/analysis/statistics/ppi';
import { Refusal, type QualityFigures, type TaskQualityOut } from '@winnow/contracts';
import type { TenantAnswer, TenantId } from '@winnow/storage';
import type { ApiPorts } from '../ports';

export type QualityPorts = Pick<ApiPorts, 'tasks' | 'lessons'>;

type Group = Pick<TenantAnswer, 'tier' | 'lane' | 'rung'>;

const mostGroups = 200;
const labellers = ['human', 'shadow', 'audit', 'judge'] as const;
const rounded = (value: number): number => Math.round(Math.min(1, Math.max(0, value)) * 1e4) / 1e4;
const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

export const figuresOf = (answers: readonly TenantAnswer[]): QualityFigures => {
  const scores = answers.map(({ score }) => score);
  const labelled = answers.flatMap(({ good, labeller, score }) =>
    good === null || labeller === null ? [] : [{ label: good, labeller, score }],
  );
  const found = ppi(labelled, scores);
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
  const task = at.tasks.find(asked);
  if (task === undefined) throw new Refusal('not-found', 'there is no such task');
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
