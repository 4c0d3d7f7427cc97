import { applyDecorators } from '@nestjs/common';
import { ApiOperation, ApiResponse } from '@nestjs/swagger';
import { problemCodes, type ProblemCode } from '@winnow/contracts';
import type { z } from 'zod';

interface Answer {
  readonly status: number;
  readonly description: string;
  readonly schema?: z.ZodType;
  readonly type?: string;
}

interface Documentation {
  readonly id: string;
  readonly summary: string;
  readonly description?: string;
  readonly answers: readonly Answer[];
  /** beyond those of every route with a key */
  readonly problems?: readonly ProblemCode[];
}

const everywhere: readonly ProblemCode[] = [
  'malformed-parameter',
  'unauthenticated',
  'forbidden',
  'not-acceptable',
  'uri-too-long',
  'rate-limited',
  'headers-too-large',
  'internal',
  'unavailable',
];

const exampleOf = (code: ProblemCode) => {
  const [status, title] = problemCodes[code];
  return {
    summary: title,
    value: {
      type: `/problems/${code}`,
      title,
      status,
      detail: title,
      instance: '/requests/req_01JD0000000000000000000000',
      code,
    },
  };
};

const problemAnswer = (status: number, codes: readonly ProblemCode[]) =>
  ApiResponse({
    status,
    description: codes.map((code) => `\`${code}\` ${problemCodes[code][1]}`).join(' · '),
    content: {
      'application/problem+json': {
        schema: { $ref: '#/components/schemas/Problem' },
        examples: Object.fromEntries(codes.map((code) => [code, exampleOf(code)])),
      },
    },
  });

const answer = ({ status, description, schema, type }: Answer) =>
  type === undefined
    ? ApiResponse({ status, description, ...(schema === undefined ? {} : { standardSchema: schema }) })
    : ApiResponse({ status, description, content: { [type]: { schema: { type: 'string' } } } });

/** What the page at /docs says of a route, each of its problems included. */
export const Documented = ({ id, summary, description, answers, problems = [] }: Documentation): MethodDecorator => {
  const codes = [...new Set([...everywhere, ...problems])];
  const byStatus = Map.groupBy(codes, (code) => problemCodes[code][0] as number);
  return applyDecorators(
    ApiOperation({ operationId: id, summary, description }),
    ...answers.map(answer),
    ...[...byStatus].map(([status, group]) => problemAnswer(status, group)),
  );
};
