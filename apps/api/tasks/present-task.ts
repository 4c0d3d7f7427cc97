import type { Catalogue } from '@winnow/analysis';
import { tiers, type AnyTask, type TaskOut } from '@winnow/contracts';
import { z } from 'zod';

const jsonSchema = (schema: z.ZodType, io: 'input' | 'output'): Record<string, unknown> => {
  const { $schema: _, ...body } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return body;
};

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
  checks: ['schema'],
  deadline: task.deadline,
  example: task.example,
  retiredAt: null,
});

/** The tiers that a task can be served from now: its own and every dearer one that has a model with a price. */
export const tiersOf = (task: AnyTask, catalogue: Pick<Catalogue, 'rungsOf'>): string[] =>
  tiers.slice(tiers.indexOf(task.start.tier)).filter((tier) => catalogue.rungsOf(tier).length > 0);
