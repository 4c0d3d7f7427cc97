import type { AnyTask, Message } from '@winnow/contracts';
import { z } from 'zod';

export interface Prompt {
  readonly messages: readonly Message[];
  readonly schema: { readonly name: string; readonly body: Record<string, unknown> };
  readonly maxTokens: number;
  readonly temperature: number;
}

// One conversion a schema object: tasks reuse theirs, so this holds as many entries as the shipped tasks have schemas.
const bodies = new WeakMap<z.ZodType, Record<string, unknown>>();

const bodyOf = (schema: z.ZodType): Record<string, unknown> => {
  const known = bodies.get(schema);
  if (known !== undefined) return known;
  const { $schema: _, ...body } = z.toJSONSchema(schema) as Record<string, unknown>;
  bodies.set(schema, body);
  return body;
};

/** Constants first and the item last, so that providers can cache the part that stays the same. */
export const renderPrompt = (task: AnyTask, input: unknown): Prompt => {
  const asked = input as never;
  return {
    messages: [
      { role: 'system', content: `Task: ${task.name}@${task.version}\n${task.instructions(asked)}` },
      { role: 'user', content: `Input:\n${JSON.stringify(input)}` },
    ],
    schema: {
      name: task.name.replaceAll(/[^a-zA-Z0-9_-]/g, '_'),
      body: bodyOf(task.outputFor?.(asked) ?? task.output),
    },
    maxTokens: task.start.maxTokens(asked),
    temperature: task.start.temperature,
  };
};
