import fc from 'fast-check';

/** The scopes of a tenant that the ledger's tests use, by their kinds. */
export const scopeKinds = ['tenant-day', 'tenant-month', 'end-user'] as const;
export type ScopeKind = (typeof scopeKinds)[number];

export const endUser = 'kim';
export const nameOf = (kind: ScopeKind): string => (kind === 'end-user' ? endUser : '');

/** What may happen to the money of one tenant. `nth` chooses among its jobs, or among its attempts, the last first. */
export type Command =
  | { readonly do: 'open'; readonly nth: number; readonly nanos: bigint; readonly stale: boolean }
  | { readonly do: 'send'; readonly nth: number }
  | {
      readonly do: 'close';
      readonly nth: number;
      readonly kind: 'settled' | 'released' | 'unknown';
      readonly bill: bigint;
      readonly twice: boolean;
    }
  /** an intake plans it where it has to be planned, else an executor takes it */
  | { readonly do: 'claim'; readonly nth: number }
  | { readonly do: 'park'; readonly nth: number; readonly kind: ScopeKind; readonly wants: bigint }
  | { readonly do: 'resume'; readonly most: number }
  /** the worker leaves politely */
  | { readonly do: 'give back' }
  /** the worker dies: at the end of the round it is found out */
  | { readonly do: 'crash' }
  | { readonly do: 'stop'; readonly nth: number }
  | { readonly do: 'cap'; readonly kind: ScopeKind; readonly cap: bigint }
  | { readonly do: 'correct'; readonly nth: number; readonly bill: bigint }
  | { readonly do: 'price' };

/** What happens to all of them between two commands. */
export type Chore =
  | { readonly do: 'nothing' }
  | { readonly do: 'reap'; readonly silentMs: number }
  | { readonly do: 'resume all' }
  | { readonly do: 'jump'; readonly hours: number };

/** Calls that are older count as silent: less than the shortest jump of the clock. */
const patienceMs = 1_800_000;
/** Claims that are older have run out: a few jumps, so that most calls are still somebody's. Jumps are whole hours, so none is just as old. */
export const leaseMs = 72 * 3_600_000 - patienceMs;

const nth = fc.nat(1_000);
// Not from a number: those that fast-check draws are often zero.
const oneIn8 = fc.constantFrom(true, ...Array.from({ length: 7 }, () => false));
const upTo = (max: number) => fc.integer({ min: 0, max }).map(BigInt);
const kind = fc.constantFrom(...scopeKinds);
const closing = fc.constantFrom('settled' as const, 'settled' as const, 'released' as const, 'unknown' as const);
const named = <Name extends string, Rest extends object>(
  name: Name,
  rest: { [Key in keyof Rest]: fc.Arbitrary<Rest[Key]> },
) => fc.record({ do: fc.constant(name), ...rest }) as unknown as fc.Arbitrary<{ do: Name } & Rest>;

const aCommand: fc.Arbitrary<Command> = fc.oneof(
  { weight: 20, arbitrary: named('open', { nth, nanos: upTo(45), stale: oneIn8 }) },
  { weight: 14, arbitrary: named('send', { nth }) },
  { weight: 10, arbitrary: named('close', { nth, kind: closing, bill: upTo(90), twice: fc.boolean() }) },
  { weight: 14, arbitrary: named('claim', { nth }) },
  { weight: 5, arbitrary: named('park', { nth, kind, wants: upTo(60) }) },
  { weight: 5, arbitrary: named('resume', { most: fc.constantFrom(1, 2, 500) }) },
  { weight: 1, arbitrary: named('give back', {}) },
  { weight: 1, arbitrary: named('crash', {}) },
  { weight: 1, arbitrary: named('stop', { nth }) },
  { weight: 5, arbitrary: named('cap', { kind, cap: upTo(120) }) },
  { weight: 4, arbitrary: named('correct', { nth, bill: upTo(90) }) },
  { weight: 2, arbitrary: named('price', {}) },
);

export const aChore: fc.Arbitrary<Chore> = fc.oneof(
  { weight: 6, arbitrary: named('nothing', {}) },
  { weight: 2, arbitrary: named('reap', { silentMs: fc.constantFrom(0, patienceMs) }) },
  { weight: 1, arbitrary: named('resume all', {}) },
  { weight: 2, arbitrary: named('jump', { hours: fc.constantFrom(1, 7, 13, 24, 24 * 15) }) },
);

/** Zones whose days begin at all hours, none with summer time: their offsets are all that the model knows of zones. */
export const zones = [
  { name: 'UTC', minutes: 0 },
  { name: 'Asia/Tokyo', minutes: 540 },
  { name: 'Asia/Kolkata', minutes: 330 },
  { name: 'Etc/GMT+11', minutes: -660 },
  { name: 'Etc/GMT+4', minutes: -240 },
  { name: 'Etc/GMT-13', minutes: 780 },
] as const;
export type Zone = (typeof zones)[number];

export interface Story {
  readonly zone: Zone;
  readonly commands: readonly Command[];
}

export const mostCommands = 20;
export const aStory: fc.Arbitrary<Story> = fc.record({
  zone: fc.constantFrom(...zones),
  commands: fc.array(aCommand, { minLength: 8, maxLength: mostCommands }),
});
