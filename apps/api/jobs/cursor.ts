import { createHmac, timingSafeEqual } from 'node:crypto';
import { Refusal } from '@winnow/contracts';
import { canonicalJson } from '@winnow/kernel';

/** What a cursor holds good for: the same list of the same tenant, filtered and ordered in the same way. */
export interface CursorScope {
  readonly list: string;
  readonly tenant: string;
  readonly order: string;
  readonly filter: unknown;
}

export interface Cursors {
  readonly write: (scope: CursorScope, uuid: string) => string;
  readonly read: (scope: CursorScope, cursor: string) => string;
  /** of lists whose rows have no id: the place is their sort key */
  readonly writePlace: (scope: CursorScope, place: string) => string;
  readonly readPlace: (scope: CursorScope, cursor: string) => string;
}

const idBytes = 16;
const mostPlaceBytes = 4_096;
const macBytes = 16;

const toBytes = (uuid: string): Buffer => Buffer.from(uuid.replaceAll('-', ''), 'hex');
const toUuid = (bytes: Buffer): string =>
  bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

const invalid = (): Refusal =>
  new Refusal('cursor-invalid', 'it was cut, or belongs to another list or filter: begin again without "after"');

/** Cursors name the last row that was seen, and are signed with what they were made for. */
export const createCursors = (secret: string): Cursors => {
  const key = createHmac('sha256', secret).update('winnow cursors').digest();
  const macOf = (scope: CursorScope, place: Buffer): Buffer =>
    createHmac('sha256', key).update(canonicalJson(scope)).update(place).digest().subarray(0, macBytes);
  const seal = (scope: CursorScope, place: Buffer): string =>
    Buffer.concat([place, macOf(scope, place)]).toString('base64url');
  const open = (scope: CursorScope, cursor: string): Buffer => {
    const bytes = Buffer.from(cursor, 'base64url');
    // Base64 has spare bits: another text for the same bytes is no cursor of ours.
    if (bytes.length < macBytes || bytes.length > mostPlaceBytes + macBytes || bytes.toString('base64url') !== cursor)
      throw invalid();
    const place = bytes.subarray(0, -macBytes);
    if (!timingSafeEqual(bytes.subarray(-macBytes), macOf(scope, place))) throw invalid();
    return place;
  };
  return {
    write: (scope, uuid) => seal(scope, toBytes(uuid)),
    read: (scope, cursor) => {
      const id = open(scope, cursor);
      if (id.length !== idBytes) throw invalid();
      return toUuid(id);
    },
    writePlace: (scope, place) => seal(scope, Buffer.from(place)),
    readPlace: (scope, cursor) => open(scope, cursor).toString(),
  };
};
