import type { Catalogue } from '@winnow/analysis';
import { tiers, type AnyTask, type TaskOut } from '@winnow/contracts';
import { z } from 'zod';

const jsonSchema = (schema: z.ZodType, io: 'input' | 'output'): Record<string, unknown> => {
  const { $schema: _, ...body } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return body;
};

/** How long an answer is remembered until its own rate of change is known. */
const firstTtl: Record<AnyTask['reuse']['ages'], string> = { pure: '30d', analysis: '24h', exact: '24h', market: '1h' };

/** The part of a task that never changes while the process lives. */
export const describeTask = (task: AnyTask): Omit<TaskOut, 'tiers'> => ({
  object: 'task',
  name: task.name,
  version: task.version,
  content: task.content,
  about: task.about,
  input: jsonSchema(task.input, 'input'),
  output: jsonSchema(task.output, 'output'),
  prompt: task.instructions(task.example),
  checks: ['schema', ...task.checkNames],
  phases: task.phases.map(({ name, share }) => ({ name, share })),
  // look-alikes are never served before a certificate says so, and a shadow only measures
  memory: { strategy: 'balanced', ttl: firstTtl[task.reuse.ages], similar: false },
  pack: task.pack === null ? null : { max: task.pack.max },
  defer: task.defer,
  deadline: task.deadline,
  example: task.example,
  retiredAt: null,
});

/** The tiers that a task can be served from now: its own and every dearer one that has a model with a price. */
export const tiersOf = (task: AnyTask, catalogue: Pick<Catalogue, 'rungsOf'>): string[] =>
  tiers.slice(tiers.indexOf(task.start.tier)).filter((tier) => catalogue.rungsOf(tier).length > 0);
