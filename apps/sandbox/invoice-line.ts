import type { Tokens } from './prices';

/** What the provider did with a request. A client that had gone is billed all the same: the work was done. */
export type Outcome = 'answered' | 'cut' | 'hung' | 'refused' | 'reset' | 'left';

/** Which invoice it is, and from when on it lists what is called. Another file is another invoice. */
export interface InvoiceHead {
  readonly id: string;
  readonly startedAt: string;
}

export interface InvoiceLine {
  readonly n: number;
  /** On line 1 only: it goes wherever the lines go. */
  readonly head?: InvoiceHead;
  readonly at: string;
  readonly provider: string;
  /** The dated name that was billed, or the name asked for when it is not sold. */
  readonly model: string;
  readonly clientRequestId: string | null;
  readonly requestId: string;
  readonly serviceTier: 'default';
  readonly tokens: Tokens;
  /** Nano-dollars billed; "0" when nothing is. A string because it is a bigint. */
  readonly nano: string;
  readonly outcome: Outcome;
  readonly fault: string | null;
  readonly billed: boolean;
  /** The HTTP status that left, 0 when none did. */
  readonly status: number;
}

export type NewLine = Omit<InvoiceLine, 'n' | 'head'>;

export interface ModelSum {
  readonly count: number;
  readonly billed: number;
  readonly nano: string;
}

export interface InvoiceSum {
  /** Number of the newest line. */
  readonly last: number;
  readonly count: number;
  readonly billed: number;
  readonly nano: string;
  readonly byModel: Readonly<Record<string, ModelSum>>;
}

interface Total {
  count: number;
  billed: number;
  nano: bigint;
}

const addTo = (total: Total, line: InvoiceLine): void => {
  total.count += 1;
  if (!line.billed) return;
  total.billed += 1;
  total.nano += BigInt(line.nano);
};

const NOT_SOLD = 'not sold';

export class InvoiceTotals {
  #all: Total = { count: 0, billed: 0, nano: 0n };
  #last = 0;
  readonly #byModel = new Map<string, Total>();

  add(line: InvoiceLine): void {
    this.#last = line.n;
    addTo(this.#all, line);
    // Names that are not sold come from clients and could be without number.
    const name = line.status === 404 || line.status === 401 || line.status === 400 ? NOT_SOLD : line.model;
    const known = this.#byModel.get(name) ?? { count: 0, billed: 0, nano: 0n };
    addTo(known, line);
    this.#byModel.set(name, known);
  }

  get count(): number {
    return this.#all.count;
  }

  get last(): number {
    return this.#last;
  }

  view(): InvoiceSum {
    const byModel = [...this.#byModel].map(([name, total]) => [name, { ...total, nano: String(total.nano) }] as const);
    return {
      last: this.#last,
      count: this.#all.count,
      billed: this.#all.billed,
      nano: String(this.#all.nano),
      byModel: Object.fromEntries(byModel),
    };
  }
}
