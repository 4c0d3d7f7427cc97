import { StandardSchemaValidationPipe, type ArgumentMetadata } from '@nestjs/common';
import { Refusal, type FieldFault } from '@winnow/contracts';
import type { z } from 'zod';
import { faultsOf } from './field-faults';

/** What a body is also held to once its schema has refused it, so that one answer lists all that is wrong. */
export type FurtherFaults = (body: unknown) => readonly FieldFault[];

const mostFaults = 100;
const plural = (count: number): string => (count === 1 ? 'one field is' : `${count} fields are`);

export const refuseBody = (faults: readonly FieldFault[]): Refusal =>
  new Refusal('invalid', `${plural(faults.length)} wrong, see errors`, { errors: faults.slice(0, mostFaults) });

const asParameter = (fault: FieldFault): FieldFault =>
  fault.code === 'unknown' ? { ...fault, detail: 'there is no such parameter' } : fault;

const refuseQuery = (faults: readonly FieldFault[]): Refusal =>
  new Refusal('malformed-parameter', faults.map(({ pointer, detail }) => `${pointer.slice(1)}: ${detail}`).join('; '), {
    errors: faults,
  });

/** Holds bodies and queries to the zod schema that their route names. Its base class is what @nestjs/swagger knows schemas by. */
export class SchemaPipe extends StandardSchemaValidationPipe {
  constructor(private readonly further: ReadonlyMap<unknown, FurtherFaults>) {
    super();
  }

  override async transform<Value>(value: Value, { schema, type }: ArgumentMetadata): Promise<Value> {
    if (schema === undefined || type === 'custom') return value;
    // A file: its handler reads it. A route that takes none has had its body read by the door.
    if (type === 'body' && value === undefined) return value;
    const result = await schema['~standard'].validate(value);
    if (result.issues === undefined) return result.value as Value;
    const faults = faultsOf(result.issues as readonly z.core.$ZodIssue[], value);
    if (type !== 'body') throw refuseQuery(faults.map(asParameter));
    throw refuseBody([...faults, ...(this.further.get(schema)?.(value) ?? [])]);
  }
}
