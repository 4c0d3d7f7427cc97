import type { Catalogue } from '@winnow/analysis';
import type { Label } from '@winnow/analysis/learning/labels';
import type { Comparison } from '@winnow/analysis/learning/threshold';
import type { Learnt, Lesson } from '@winnow/analysis/learning/train';
import type { Verifier } from '@winnow/analysis/scoring/verifier';
import type { AnyTask } from '@winnow/contracts';
import type { LearnedKind, LearnedStore, Lessons, Progress } from '@winnow/storage';

export interface LearnPorts {
  readonly lessons: Lessons;
  readonly store: LearnedStore;
  readonly catalogue: Pick<Catalogue, 'rungsOf' | 'configured'>;
  readonly taskOf: (name: string, version: number) => AnyTask | undefined;
  readonly train: (lesson: Lesson) => Promise<Learnt>;
  readonly nowMs: () => number;
  readonly onPublished: (kind: LearnedKind, task: string, version: number, state: 'live' | 'refused') => void;
  readonly onLabels: (task: string, labels: number) => void;
  readonly onFault: (task: string, error: unknown) => void;
}

/** What is known of a task when one thing of it is to be learned. */
export interface Subject {
  readonly progress: Progress;
  readonly comparisons: readonly Comparison[];
  readonly judged: readonly Label[];
}

export interface Scorer {
  readonly version: number;
  readonly verifier: Verifier | null;
}
