import type { ScopeKind, Story } from './ledger-commands';
import { readScopes, type BookedJob, type BookedWindow } from './ledger-books';
import { windowKey, type Model } from './ledger-model';
import { isUsed } from './ledger-model-money';
import type { createActor, Shop, Subject } from './ledger-subject';

/** One story told twice: to the model and to the database. */
export interface Pair {
  readonly story: Story;
  readonly model: Model;
  readonly subject: Subject;
  readonly perform: ReturnType<typeof createActor>;
}

export interface Difference {
  readonly story: number;
  readonly what: string;
  readonly wanted: unknown;
  readonly got: unknown;
}

const print = (value: unknown): string =>
  JSON.stringify(value, (_, one: unknown) => (typeof one === 'bigint' ? `${one}n` : one));
export const differ = (story: number, what: string, wanted: unknown, got: unknown): Difference[] =>
  print(wanted) === print(got) ? [] : [{ story, what, wanted, got }];

/** Both sides of a comparison name the same things in the same order. */
const money = ({ cap, spent, held, over }: BookedJob | BookedWindow | Model['jobs'][number]) => ({
  cap,
  spent,
  held,
  over,
});
const byKey = (a: { key: number }, b: { key: number }): number => a.key - b.key;
const right = { booked: true, open: true };

const wantedScopes = ({ accounts, jobs }: Model) => ({
  windows: Object.entries(accounts).flatMap(([kind, { windows }]) =>
    [...windows]
      .filter(([, window]) => isUsed(window))
      .map(([key, { target, cap, spent, held, over }]) => ({ kind, key, cap, spent, held, over, target, ...right }))
      .toSorted(byKey),
  ),
  jobs: jobs.map(({ state, path, fence, claimed, attempts, ...job }) => {
    return { state, path, fence, claimed, attempts, ...money(job as Model['jobs'][number]), ...right };
  }),
});

const seenScopes = (
  { story, model, subject }: Pair,
  windows: readonly BookedWindow[],
  jobs: ReadonlyMap<string, BookedJob>,
) => ({
  windows: Object.keys(model.accounts).flatMap((kind) =>
    windows
      .filter((one) => one.kind === kind)
      .map(({ opens_at, target, booked, open, ...window }) => {
        const key = windowKey(kind as ScopeKind, Date.parse(opens_at), story.zone);
        return { kind, key, ...money(window as BookedWindow), target, booked, open };
      })
      .toSorted(byKey),
  ),
  jobs: subject.jobs.map((id) => {
    const job = jobs.get(id);
    if (job === undefined) return null;
    const { state, path, fence, claimed, attempts, booked, open } = job;
    return { state, path, fence, claimed, attempts, ...money(job), booked, open };
  }),
});

export const compareScopes = async ({ stock }: Shop, pairs: readonly Pair[]): Promise<Difference[]> => {
  const { windows, jobs } = await readScopes(
    stock,
    pairs.map(({ subject }) => subject.tenant),
    pairs.flatMap(({ subject }) => subject.jobs),
  );
  const jobOf = new Map(jobs.map((job) => [job.id, job]));
  const windowsOf = Map.groupBy(windows, (window) => window.tenant_id);
  return pairs.flatMap((pair, n) =>
    differ(
      n,
      'the scopes',
      wantedScopes(pair.model),
      seenScopes(pair, windowsOf.get(pair.subject.tenant) ?? [], jobOf),
    ),
  );
};
