export type RowsFaultCode = 'too-large' | 'bomb' | 'not-gzip' | 'not-utf8' | 'unclosed-quote' | 'no-header';

/** What makes the rest of a file unreadable. A single bad row is no such fault: it is handed on as one. */
export class RowsFault extends Error {
  constructor(
    readonly code: RowsFaultCode,
    readonly detail: string,
    /** the line of the file, from 1, where there is one to name */
    readonly line: number | null = null,
    /** the limit that was passed, where it was one */
    readonly limit: number | null = null,
  ) {
    super(`${code}: ${detail}`);
    this.name = 'RowsFault';
  }
}

export type Bytes = AsyncIterable<Uint8Array>;

/** A part of a file: where it begins, and its fields, its text, or why it cannot be had. */
export type Numbered<Good extends object> =
  ({ readonly line: number } & Good) | { readonly line: number; readonly fault: string };

/** What text is cut into parts by: `push` hands over those that are complete, `end` the last one. */
export interface Cutter<Part> {
  readonly push: (text: string) => Part[];
  readonly end: () => Part[];
}
