export type StageOutcomeWord = string;

/** What a stage hands on: what it adds for those below, or the answer that ends the fall. `note` is its word on the hop. */
export type Entered<Adds, Answer> =
  | { readonly add: Adds; readonly note?: StageOutcomeWord; readonly why?: string }
  | { readonly answer: Answer; readonly note?: StageOutcomeWord; readonly why?: string };

export type Outcome<Answer> =
  | { readonly kind: 'answered'; readonly answer: Answer }
  | { readonly kind: 'passed' }
  | { readonly kind: 'failed'; readonly error: unknown };

/**
 * One step of a path. `enter` and `leave` are property types on purpose: as methods their parameters would be compared
 * both ways, and a stage placed before what it needs would compile.
 */
export interface Stage<Needs extends object, Adds extends object, Answer> {
  readonly name: string;
  readonly enter: (flow: Readonly<Needs>) => Promise<Entered<Adds, Answer>>;
  /**
   * Gives back what `enter` added, with the flow as it was then. So it is called for every stage that added, and not for
   * one that answered, threw or overran: there is nothing of theirs to give back, and `Adds` would be missing.
   */
  readonly leave?: (flow: Readonly<Needs & Adds>, outcome: Outcome<Answer>) => Promise<void>;
  /** For a stage that the path can do without: what it adds when it throws or overruns `limitMs`. */
  readonly otherwise?: (flow: Readonly<Needs>) => Adds;
  /** Only with `otherwise`, and only where `enter` acquires nothing: what an overrun `enter` still adds is dropped. */
  readonly limitMs?: number;
}

/** `outcome` is the stage's note, or `answered`, `ok`, `failed`, or `skipped` where `otherwise` stood in. */
export interface Hop {
  readonly stage: string;
  readonly outcome: StageOutcomeWord;
  readonly ms: number;
  readonly why?: string;
}

export interface Unsettled {
  readonly stage: string;
  readonly error: unknown;
}

/** `flow` is what was gathered on the way: all of it when the outcome is `passed`, else as far as the fall got. */
export interface Fall<Flow, Answer> {
  readonly outcome: Outcome<Answer>;
  readonly flow: Readonly<Partial<Flow>>;
  readonly hops: readonly Hop[];
  readonly unsettled: readonly Unsettled[];
}
