import { endOfHeader, guessSeparator } from './guess-separator';
import { RowsFault, type Cutter, type Numbered } from './rows-fault';

export type CsvRecord = Numbered<{ readonly cells: readonly string[] }>;

const lineEnds = /\r\n|[\r\n]/g;

/**
 * RFC 4180, for one separator; lines may end in CRLF, LF or CR. All text is read as it comes and nothing is looked ahead for, so where it
 * is cut does not matter. A quote opens a cell only where the cell begins; elsewhere it is text. A record that is too long is not kept
 * while it arrives, but read to its end, so that those behind it are found.
 */
class RecordCutter implements Cutter<CsvRecord> {
  /** `closed`: behind a quote, which ends the cell unless another quote follows; `spoilt`: behind text that should not be there */
  private place: 'start' | 'plain' | 'quoted' | 'closed' | 'spoilt' = 'start';
  private cells: string[] = [];
  private cell = '';
  private bytes = 0;
  private spoilt = false;
  private sawQuote = false;
  private afterReturn = false;
  private line = 1;
  private firstLine = 1;
  private readonly special: RegExp;

  constructor(
    private readonly separator: string,
    private readonly maxBytes: number,
  ) {
    this.special = new RegExp(`["\\r\\n${separator === '|' ? '\\|' : separator}]`, 'g');
  }

  push(text: string): CsvRecord[] {
    const records: CsvRecord[] = [];
    for (let at = 0; at < text.length;) {
      const next = this.nextSpecial(text, at);
      this.take(text.slice(at, next));
      const character = text[next];
      if (character !== undefined) records.push(...this.meet(character));
      at = next + 1;
    }
    return records;
  }

  end(): CsvRecord[] {
    if (this.place === 'quoted')
      throw new RowsFault(
        'unclosed-quote',
        `a quote of the row at line ${this.firstLine} is not closed`,
        this.firstLine,
      );
    return this.bytes === 0 ? [] : this.closeRecord();
  }

  private nextSpecial(text: string, at: number): number {
    if (this.place === 'quoted') {
      const quote = text.indexOf('"', at);
      return quote === -1 ? text.length : quote;
    }
    this.special.lastIndex = at;
    return this.special.exec(text)?.index ?? text.length;
  }

  private take(text: string): void {
    if (text === '') return;
    if (this.place === 'quoted') this.countLines(text);
    else this.afterReturn = false;
    if (this.place === 'start') this.place = 'plain';
    if (this.place === 'closed') this.place = 'spoilt';
    this.keep(text);
  }

  private keep(text: string): void {
    this.bytes += Buffer.byteLength(text);
    if (this.bytes <= this.maxBytes) this.cell += text;
    else [this.cells, this.cell] = [[], ''];
  }

  private countLines(text: string): void {
    const ends = text.match(lineEnds)?.length ?? 0;
    this.line += ends - (this.afterReturn && text.startsWith('\n') ? 1 : 0);
    this.afterReturn = text.endsWith('\r');
  }

  private meet(character: string): CsvRecord[] {
    const wasReturn = this.afterReturn;
    this.afterReturn = character === '\r';
    if (character === '"') return this.meetQuote();
    if (character === this.separator) {
      this.keepBytes(1);
      this.closeCell();
      return [];
    }
    // The second half of CRLF.
    if (character === '\n' && wasReturn) return [];
    this.line += 1;
    return this.closeRecord();
  }

  private meetQuote(): CsvRecord[] {
    if (this.place === 'start') {
      this.place = 'quoted';
      this.sawQuote = true;
      this.keepBytes(1);
    } else if (this.place === 'quoted') {
      this.place = 'closed';
      this.keepBytes(1);
    } else {
      // Two quotes inside of quotes are one; in plain text a quote is text.
      if (this.place === 'closed') this.place = 'quoted';
      this.keep('"');
    }
    return [];
  }

  private keepBytes(count: number): void {
    this.bytes += count;
  }

  private closeCell(): void {
    if (this.place === 'spoilt') this.spoilt = true;
    if (this.bytes <= this.maxBytes) this.cells.push(this.cell);
    this.cell = '';
    this.place = 'start';
  }

  private closeRecord(): CsvRecord[] {
    this.closeCell();
    const { cells, bytes, spoilt, sawQuote, firstLine: line } = this;
    this.cells = [];
    this.bytes = 0;
    this.spoilt = false;
    this.sawQuote = false;
    this.firstLine = this.line;
    if (bytes > this.maxBytes) return [{ line, fault: `the row is larger than ${this.maxBytes} bytes` }];
    if (spoilt) return [{ line, fault: 'there is text behind a closing quote' }];
    const isBlank = cells.length === 1 && cells[0]?.trim() === '' && !sawQuote;
    return isBlank ? [] : [{ line, cells }];
  }
}

/** Records of a CSV file whose separator is told by its header. */
export const cutCsv = (maxBytes: number): Cutter<CsvRecord> => {
  let head = '';
  let cutter: Cutter<CsvRecord> | null = null;
  const open = (header: string): CsvRecord[] => {
    cutter = new RecordCutter(guessSeparator(header), maxBytes);
    const text = head;
    head = '';
    return cutter.push(text);
  };
  return {
    push: (text) => {
      if (cutter !== null) return cutter.push(text);
      head += text;
      const end = endOfHeader(head);
      // A header may be no longer than a row: what is beyond that tells nothing more of the separator.
      return end !== null || head.length > maxBytes ? open(head.slice(0, Math.min(end ?? maxBytes, maxBytes))) : [];
    },
    end: () => [...(cutter === null ? open(head.slice(0, maxBytes)) : []), ...(cutter?.end() ?? [])],
  };
};
