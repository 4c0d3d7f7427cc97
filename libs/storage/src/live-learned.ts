import type { ColdStart, Learned } from '@winnow/analysis';
import type { Figures } from '@winnow/analysis/learning/figures';
import { boundOf, decodeThreshold } from '@winnow/analysis/learning/threshold';
import type { RouterWeights } from '@winnow/analysis/routing/router';
import { decodeWeights } from '@winnow/analysis/routing/weights-bytes';
import type { Verifier } from '@winnow/analysis/scoring/verifier';
import type { LearnedKind, LearnedRow, LearnedStore } from './learned';

export interface LiveLearned extends Learned {
  readonly refresh: () => Promise<void>;
}

interface Options {
  readonly store: Pick<LearnedStore, 'liveSince'>;
  readonly nowMs: () => number;
  /** a row that cannot be read: told once, and the one before is forgotten as well */
  readonly onFault: (row: Pick<LearnedRow, 'kind' | 'task' | 'version'>, error: unknown) => void;
}

interface Values {
  readonly router: RouterWeights;
  readonly score: Verifier;
  readonly threshold: { readonly bound: number | null };
  readonly quality: Figures;
}

interface Known<Kind extends LearnedKind> {
  readonly madeMs: number;
  readonly value: Values[Kind];
}

const staleAfterMs = 30 * 86_400_000;
/** The weights of a router take some megabytes; everything else is small. */
const most: Record<LearnedKind, number> = { router: 32, score: 1_000, threshold: 1_000, quality: 1_000 };

const readVerifier = (bytes: Uint8Array): Verifier => {
  const verifier = JSON.parse(Buffer.from(bytes).toString()) as Verifier;
  const sizes = [verifier.names, verifier.means, verifier.scales].map(({ length }) => length);
  if (new Set([...sizes, verifier.weights.length - 1]).size !== 1 || verifier.levels.length === 0)
    throw new RangeError('the weights of a scorer do not fit each other');
  return verifier;
};

const readFigures = (bytes: Uint8Array): Figures => {
  const figures = JSON.parse(Buffer.from(bytes).toString()) as Figures;
  if (figures.coldStart.cuts.length !== 4) throw new RangeError('the figures of a task lack their cuts');
  return figures;
};

const read: { readonly [Kind in LearnedKind]: (row: LearnedRow) => Values[Kind] } = {
  // its version is the row's: the one that was trained did not know which it would get
  router: ({ weights, version }) => ({ ...decodeWeights(Buffer.from(weights)), version }),
  score: ({ weights }) => readVerifier(weights),
  threshold: ({ weights }) => ({ bound: boundOf(decodeThreshold(weights)) }),
  quality: ({ weights }) => readFigures(weights),
};

/**
 * What was learned, as it is now. What is missing, older than thirty days or cannot be read is as if it had never been learned: whoever asks
 * goes by what holds without it.
 */
export const createLiveLearned = ({ store, nowMs, onFault }: Options): LiveLearned => {
  let seen = 0n;
  const known: { readonly [Kind in LearnedKind]: Map<string, Known<Kind>> } = {
    router: new Map(),
    score: new Map(),
    threshold: new Map(),
    quality: new Map(),
  };
  const take = <Kind extends LearnedKind>(kind: Kind, row: LearnedRow): void => {
    const values = known[kind] as Map<string, Known<Kind>>;
    // also where it cannot be read: what it replaces was retired
    values.delete(row.task);
    try {
      values.set(row.task, { madeMs: row.madeAt.getTime(), value: read[kind](row) });
      const [oldest] = values.keys();
      if (values.size > most[kind] && oldest !== undefined) values.delete(oldest);
    } catch (error) {
      onFault(row, error);
    }
  };
  const of = <Kind extends LearnedKind>(kind: Kind, task: string): Values[Kind] | null => {
    const found = (known[kind] as Map<string, Known<Kind>>).get(task);
    return found === undefined || nowMs() - found.madeMs > staleAfterMs ? null : found.value;
  };
  return {
    refresh: async () => {
      const rows = await store.liveSince(seen);
      for (const row of rows) take(row.kind, row);
      seen = rows.at(-1)?.id ?? seen;
    },
    threshold: (task) => of('threshold', task)?.bound ?? null,
    router: (task) => of('router', task),
    verifier: (task) => of('score', task),
    measured: (task, rung) => {
      const rungs = of('quality', task)?.rungs;
      return rungs !== undefined && Object.hasOwn(rungs, rung) ? (rungs[rung] ?? null) : null;
    },
    coldStart: (task): ColdStart | null => of('quality', task)?.coldStart ?? null,
  };
};
