import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type InvoiceHead, type InvoiceLine, type InvoiceSum, InvoiceTotals, type NewLine } from './invoice-line';
import { linesOf } from './invoice-reader';

/** One page starts at most this many lines before the line it is asked for. */
const LINES_PER_MARK = 256;

interface Waiting {
  readonly line: NewLine;
  readonly done: (line: InvoiceLine) => void;
  readonly failed: (reason: unknown) => void;
}

export interface InvoicePage extends InvoiceHead {
  /** Number of the newest line. */
  readonly last: number;
  readonly lines: readonly InvoiceLine[];
  readonly hasMore: boolean;
}

/**
 * What the provider would bill: append-only, numbered without gaps, on disk before any answer leaves.
 * Calls that come while a group is being synced share the next sync, so the disk's latency bounds one call, not the rate.
 */
export class Invoice {
  #waiting: Waiting[] = [];
  #writing: Promise<void> | undefined;
  #totals = new InvoiceTotals();
  /** Byte offset of line 1, 257, 513, …: pages are read from the file, so memory stays small however long it grows. */
  #marks: number[] = [];
  #bytes = 0;
  #head: InvoiceHead = { id: randomUUID(), startedAt: new Date().toISOString() };

  private constructor(
    readonly path: string,
    private readonly file: FileHandle,
    private readonly fsync: boolean,
  ) {}

  static async open(path: string, fsync: boolean): Promise<Invoice> {
    await mkdir(dirname(path), { recursive: true });
    const invoice = new Invoice(path, await open(path, 'a+'), fsync);
    await invoice.#reload().catch(async (reason: unknown) => {
      await invoice.file.close();
      throw reason;
    });
    return invoice;
  }

  append(line: NewLine): Promise<InvoiceLine> {
    return new Promise((done, failed) => {
      this.#waiting.push({ line, done, failed });
      this.#writing ??= this.#writeGroups();
    });
  }

  async page(after: number, limit: number): Promise<InvoicePage> {
    const count = this.#totals.count;
    const lines: InvoiceLine[] = [];
    if (after < count) {
      for await (const { line } of linesOf(this.file, this.#markBefore(after), this.#bytes)) {
        if (line.n <= after) continue;
        if (lines.push(line) === limit) break;
      }
    }
    return { ...this.#head, last: this.#totals.last, lines, hasMore: after + lines.length < count };
  }

  /** All of it from memory, or only the lines after `n`, read from the file. */
  async sum(after = 0): Promise<InvoiceSum> {
    if (after <= 0) return this.#totals.view();
    const totals = new InvoiceTotals();
    if (after < this.#totals.count) {
      for await (const { line } of linesOf(this.file, this.#markBefore(after), this.#bytes)) {
        if (line.n > after) totals.add(line);
      }
    }
    return { ...totals.view(), last: this.#totals.last };
  }

  async close(): Promise<void> {
    await this.#writing;
    await this.file.close();
  }

  #markBefore(after: number): number {
    return this.#marks[Math.floor(after / LINES_PER_MARK)] ?? 0;
  }

  #note(line: InvoiceLine, offset: number): void {
    // A file of an older version says nothing of itself: its first line does.
    if (line.n === 1) this.#head = line.head ?? { id: line.requestId, startedAt: line.at };
    if ((line.n - 1) % LINES_PER_MARK === 0) this.#marks.push(offset);
    this.#totals.add(line);
  }

  async #writeGroups(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#waiting;
      this.#waiting = [];
      await this.#writeGroup(group);
    }
    this.#writing = undefined;
  }

  async #writeGroup(group: readonly Waiting[]): Promise<void> {
    let n = this.#totals.last;
    const lines = group.map(({ line }): InvoiceLine => ({ n: ++n, ...(n === 1 && { head: this.#head }), ...line }));
    const texts = lines.map((line) => `${JSON.stringify(line)}\n`);
    try {
      await this.file.appendFile(texts.join(''));
      if (this.fsync) await this.file.datasync();
    } catch (reason) {
      // Half a group may be on disk; none of it was answered, so none of it may stay.
      await this.file.truncate(this.#bytes).catch(() => undefined);
      for (const { failed } of group) failed(reason);
      return;
    }
    for (const [i, line] of lines.entries()) {
      this.#note(line, this.#bytes);
      this.#bytes += Buffer.byteLength(texts[i] as string);
      group[i]?.done(line);
    }
  }

  /** Takes the file's lines back into memory and drops a last line that a crash tore: it was never answered. */
  async #reload(): Promise<void> {
    const { size } = await this.file.stat();
    for await (const { line, offset, end } of linesOf(this.file, 0, size)) {
      if (line.n !== this.#totals.last + 1)
        throw new Error(`${this.path}: line ${line.n} follows ${this.#totals.last}`);
      this.#note(line, offset);
      this.#bytes = end;
    }
    if (this.#bytes < size) await this.file.truncate(this.#bytes);
  }
}
