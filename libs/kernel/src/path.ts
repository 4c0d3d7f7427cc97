import type { Clock } from './clock';
import { legible } from './legible';
import type { Entered, Fall, Hop, Outcome, Stage, Unsettled } from './stage';

export type { Entered, Fall, Hop, Outcome, Stage, StageOutcomeWord, Unsettled } from './stage';

export interface PathOptions {
  /** Told of every hop as it happens. Should it throw, the fall goes on and reports it as unsettled. */
  readonly onHop?: (hop: Hop) => void;
}

/** A stage once `through` has checked its types; from there on the list is plain data. */
type AnyStage<Answer> = Stage<object, object, Answer>;

const MAX_WHY = 200;

const whyOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const within = <T>(work: Promise<T>, limitMs: number): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const overrun = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`over its limit of ${limitMs} ms`)), limitMs);
  });
  // The race also handles a rejection that comes after the limit.
  return Promise.race([work, overrun]).finally(() => clearTimeout(timer));
};

/** What one stage came to. Only a stage that added has something to leave. */
type Step<Answer> = { readonly word: string; readonly why?: string } & (
  { readonly add: object; readonly isLeft: boolean } | { readonly end: Outcome<Answer> }
);

const readEntered = <Answer>(entered: Entered<object, Answer>): Step<Answer> =>
  'answer' in entered
    ? { word: entered.note ?? 'answered', why: entered.why, end: { kind: 'answered', answer: entered.answer } }
    : { word: entered.note ?? 'ok', why: entered.why, add: entered.add, isLeft: true };

const failed = <Answer>(error: unknown): Step<Answer> => ({
  word: 'failed',
  why: whyOf(error),
  end: { kind: 'failed', error },
});

const enter = async <Answer>(stage: AnyStage<Answer>, flow: object): Promise<Step<Answer>> => {
  try {
    const work = stage.enter(flow);
    return readEntered(await (stage.limitMs === undefined ? work : within(work, stage.limitMs)));
  } catch (error) {
    if (!stage.otherwise) return failed(error);
    try {
      return { word: 'skipped', why: whyOf(error), add: stage.otherwise(flow), isLeft: false };
    } catch (second) {
      return failed(second);
    }
  }
};

const hopOf = <Answer>(stage: string, { word, why }: Step<Answer>, ms: number): Hop =>
  why === undefined ? { stage, outcome: word, ms } : { stage, outcome: word, ms, why: legible(why, MAX_WHY) };

/** Runs `act` for its effect; whatever it throws becomes a line of `unsettled`, never an end of the fall. */
const settling = async (stage: string, unsettled: Unsettled[], act: () => unknown): Promise<void> => {
  try {
    await act();
  } catch (error) {
    unsettled.push({ stage, error });
  }
};

/**
 * An ordered list of typed stages that a job falls through. Immutable: `through` and `until` make new paths. The first
 * stage that answers ends the fall; then the stages that added are left in reverse order, whatever happened.
 */
export class Path<Ask extends object, Flow extends object, Answer> {
  private constructor(
    private readonly clock: Clock,
    private readonly options: PathOptions,
    private readonly list: readonly AnyStage<Answer>[],
  ) {}

  /** `Path.from<Ask, Answer>(clock).through(recall).through(route)` */
  static from<Ask extends object, Answer>(clock: Clock, options: PathOptions = {}): Path<Ask, Ask, Answer> {
    return new Path<Ask, Ask, Answer>(clock, options, []);
  }

  get stages(): readonly string[] {
    return this.list.map(({ name }) => name);
  }

  /** Does not compile unless the ask and the stages so far add all that the stage needs. */
  through<Adds extends object>(stage: Stage<Flow, Adds, Answer>): Path<Ask, Flow & Adds, Answer> {
    const { name, limitMs, otherwise } = stage;
    if (this.stages.includes(name)) throw new Error(`the path has a stage ${name} already`);
    if (limitMs !== undefined && !otherwise) throw new Error(`the stage ${name} has a limit and no otherwise`);
    if (limitMs !== undefined && !(limitMs > 0))
      throw new RangeError(`the limit of the stage ${name} is ${limitMs} ms`);
    return new Path(this.clock, this.options, [...this.list, stage as unknown as AnyStage<Answer>]);
  }

  /** The same list cut before the named stage, as a quote is: everything up to where money moves. */
  until(name: string): Path<Ask, Ask & Partial<Flow>, Answer> {
    const at = this.stages.indexOf(name);
    if (at < 0) throw new RangeError(`the path has no stage ${name}`);
    return new Path(this.clock, this.options, this.list.slice(0, at));
  }

  /** Never rejects because of a stage. */
  async run(ask: Ask): Promise<Fall<Flow, Answer>> {
    const hops: Hop[] = [];
    const unsettled: Unsettled[] = [];
    const added: { readonly stage: AnyStage<Answer>; readonly flow: object }[] = [];
    let flow: object = { ...ask };
    let outcome: Outcome<Answer> = { kind: 'passed' };
    for (const stage of this.list) {
      const startMs = this.clock.monotonicMs();
      const step = await enter(stage, flow);
      const hop = hopOf(stage.name, step, this.clock.monotonicMs() - startMs);
      hops.push(hop);
      if (this.options.onHop) await settling(stage.name, unsettled, () => this.options.onHop?.(hop));
      if ('end' in step) {
        outcome = step.end;
        break;
      }
      // A new object for every stage, so that a stage is left with the very flow that it made.
      flow = { ...flow, ...step.add };
      if (step.isLeft) added.push({ stage, flow });
    }
    for (const { stage, flow: left } of added.toReversed())
      if (stage.leave) await settling(stage.name, unsettled, () => stage.leave?.(left, outcome));
    return { outcome, flow: flow as Partial<Flow>, hops, unsettled };
  }
}
