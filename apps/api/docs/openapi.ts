import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { budgetOut, jobIn, jobOut, keyOut, modelOut, problemSchema, receiptOut, taskOut } from '@winnow/contracts';
import { z } from 'zod';

/** Shapes that are named in the document instead of being written out wherever they stand. */
const named = new Map<unknown, string>([
  [jobIn, 'JobIn'],
  [jobOut, 'Job'],
  [receiptOut, 'Receipt'],
  [budgetOut, 'Budget'],
  [taskOut, 'Task'],
  [keyOut, 'Key'],
  [modelOut, 'Model'],
  [problemSchema, 'Problem'],
]);

const bodyOf = (schema: z.ZodType, io: 'input' | 'output'): Record<string, unknown> => {
  const { $schema: _, ...body } = z.toJSONSchema(schema, {
    io,
    target: 'openapi-3.0',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema, path }) => {
      const name = path.length > 0 ? named.get(zodSchema) : undefined;
      if (name === undefined) return;
      for (const key of Object.keys(jsonSchema)) delete jsonSchema[key as keyof typeof jsonSchema];
      jsonSchema.$ref = `#/components/schemas/${name}`;
    },
  }) as Record<string, unknown>;
  return body;
};

const convert = (schema: unknown, { schemaType }: { schemaType: 'input' | 'output' }) => {
  const name = named.get(schema);
  const body = bodyOf(schema as z.ZodType, schemaType);
  return name === undefined
    ? { schema: body }
    : { schema: { $ref: `#/components/schemas/${name}` }, components: { [name]: body } };
};

const about = `Submit jobs under **terms** (quality, price cap, deadline); Winnow finds the cheapest lane that meets them and hands back a receipt.

Money is a decimal string in US dollars, never a number. Times are RFC 3339 in UTC. Unknown fields and parameters are refused. Every error
is \`application/problem+json\` with a stable \`code\`; each is explained at \`/problems\`.`;

export const describeApi = (app: INestApplication, sandbox: boolean, publicUrl?: string): OpenAPIObject => {
  const builder = new DocumentBuilder()
    .setTitle(sandbox ? 'Winnow (sandbox)' : 'Winnow')
    .setDescription(sandbox ? `**Sandbox**: simulated providers answer and no money is spent.\n\n${about}` : about)
    .setVersion('1')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'wk_…', description: 'An API key' }, 'key');
  if (publicUrl !== undefined) builder.addServer(publicUrl);
  const document = SwaggerModule.createDocument(app, builder.build(), { standardSchemaConverter: convert });
  document.components ??= {};
  const bodies = [...named].map(([schema, name]) => [
    name,
    bodyOf(schema as z.ZodType, schema === jobIn ? 'input' : 'output'),
  ]);
  // Those that a route has named come last: their examples have been put as OpenAPI 3.0 wants them.
  document.components.schemas = { ...Object.fromEntries(bodies), ...document.components.schemas };
  return document;
};
