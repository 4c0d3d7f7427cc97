import type { TaskIn } from '@winnow/contracts';
import { canonicalJson } from '@winnow/kernel';

/** What a version is tried with, and where in the body it stood. */
export interface Sample {
  readonly input: Record<string, unknown>;
  readonly expected: Record<string, unknown> | null;
  readonly inputAt: readonly (string | number)[];
  readonly expectedAt: readonly (string | number)[];
}

/** The example first, then the others; a sample that repeats the example says what is expected of it. */
export const samplesOf = ({ example, samples = [] }: Pick<TaskIn, 'example' | 'samples'>): Sample[] => {
  const all = samples.map(({ input, expected }, i): Sample => ({
    input,
    expected: expected ?? null,
    inputAt: ['samples', i, 'input'],
    expectedAt: ['samples', i, 'expected'],
  }));
  const first = canonicalJson(example);
  const same = all.find(({ input }) => canonicalJson(input) === first);
  const lead: Sample = {
    input: example,
    expected: same?.expected ?? null,
    inputAt: ['example'],
    expectedAt: same?.expectedAt ?? [],
  };
  return [lead, ...all.filter((one) => one !== same)];
};
