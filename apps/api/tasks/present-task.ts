import { checksOf, type Catalogue } from '@winnow/analysis';
import { contentPhases, taskDefaults, tiers, type AnyTask, type TaskOut, type Tier } from '@winnow/contracts';
import { encodeId } from '@winnow/kernel';
import type { TaskRow } from '@winnow/storage';
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
  builtIn: true,
  state: 'live',
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
  definition: null,
  trial: null,
  createdAt: null,
  retiredAt: null,
});

/** The tiers that a task can be served from now: its own and every dearer one that has a model with a price. */
export const tiersOf = (start: Tier, catalogue: Pick<Catalogue, 'rungsOf'>): string[] =>
  tiers.slice(tiers.indexOf(start)).filter((tier) => catalogue.rungsOf(tier).length > 0);

const timeOf = (at: Date | null): string | null => at?.toISOString() ?? null;

/** A tenant's own, as it was given; what it does not say is filled in. */
export const presentOwn = (row: TaskRow, catalogue: Pick<Catalogue, 'rungsOf'>): TaskOut => {
  const { about, input, output, prompt, example, ...rest } = row.definition;
  const given = { ...taskDefaults, ...rest };
  return {
    object: 'task',
    name: row.name,
    version: row.version,
    builtIn: false,
    state: row.state,
    content: given.content,
    about: about ?? '',
    input,
    output,
    prompt,
    checks: ['schema', ...Object.keys(checksOf(given.checks ?? []))],
    phases: [{ name: contentPhases[given.content]?.[0] ?? given.content, share: 1 }],
    memory: { strategy: 'balanced', ttl: given.memory?.ttl ?? taskDefaults.ttl, similar: false },
    pack: null,
    defer: false,
    deadline: given.deadline,
    tiers: tiersOf(given.tier, catalogue),
    example,
    definition: rest,
    trial: {
      jobs: row.jobs.map((job) => encodeId('job', job)),
      reasons: [...row.reasons],
      decidedAt: timeOf(row.decided_at),
    },
    createdAt: row.created_at.toISOString(),
    retiredAt: timeOf(row.retired_at),
  };
};
